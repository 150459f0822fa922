"""The whole workspace, for those who ask for it: checked in a process of its own, so that typing never waits for it."""
