"""What earlier runs concluded, on the disk: plain data, and a verdict holds only as long as all that it read."""
