;;; editor_emacs.el --- what editor_emacs.py asks of an Emacs, 28 or newer -*- lexical-binding: t -*-
;; One function for each question, none of which waits. Answers go into a file, as JSON.

(require 'server)
(require 'cl-lib)
(require 'json)

(setq make-backup-files nil
      create-lockfiles nil
      auto-save-default nil
      eglot-autoreconnect 1)

(defvar drive-menu nil "The titles of the last menu of code actions.")
(defvar drive-hover nil "What hover said.")

(defun drive-answer (file question)
  "Write what QUESTION, a function and its arguments, gives into FILE; the buffer on show is current."
  (with-current-buffer (window-buffer (selected-window))
    (let ((answer (condition-case problem
                      (list t (apply (intern (concat "drive-" (car question))) (cdr question)))
                    (error (list :json-false (format "%S" problem)))))
          (coding-system-for-write 'utf-8))
      (write-region (json-encode answer) nil file nil 'silent))
    t))

(defun drive-open (path)
  (switch-to-buffer (find-file-noselect path))
  t)

(defun drive-running ()
  (if (and (eglot-current-server) (jsonrpc-running-p (eglot-current-server)) flymake-mode) t :json-false))

(defun drive-shown ()
  (vconcat
   (mapcar
    (lambda (each)
      (let ((text (flymake-diagnostic-text each)))
        (format "%s %s %d"
                (substring (symbol-name (flymake-diagnostic-type each)) (length "eglot-"))
                (if (string-match "\\[\\([A-Z]+[0-9]*\\)\\]" text) (match-string 1 text) text)
                (line-number-at-pos (flymake-diagnostic-beg each)))))
    (sort (flymake-diagnostics) (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))))

(defun drive-story (line)
  (goto-char (point-min))
  (forward-line (1- line))
  (mapconcat #'flymake-diagnostic-text (flymake-diagnostics (point) (line-end-position)) "\n"))

(defun drive-at (line word)
  (goto-char (point-min))
  (forward-line (1- line))
  (search-forward word (line-end-position))
  (goto-char (match-beginning 0))
  t)

(defun drive-ask-hover ()
  (setq drive-hover nil)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq drive-hover (substring-no-properties text))))
  t)

(defun drive-hover () drive-hover)

(defun drive-menu () (vconcat drive-menu))

(defun drive-choose (title)
  "Open the menu of the line and take the entry that begins with TITLE; say yes to whatever is asked."
  (setq drive-menu nil)
  (let ((last-nonmenu-event ?x)) ; nil would mean the mouse, and a menu that nobody can click
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ choices &rest _)
                 (setq drive-menu (all-completions "" choices))
                 (or (cl-find-if (lambda (each) (string-prefix-p title each)) drive-menu)
                     (error "No %s in %S" title drive-menu))))
              ((symbol-function 'y-or-n-p) (lambda (&rest _) t)))
      (eglot-code-actions (line-beginning-position) (line-end-position) nil t)))
  t)

(defun drive-insert (line text)
  (goto-char (point-min))
  (forward-line (1- line))
  (insert text "\n")
  t)

(defun drive-delete (line)
  (goto-char (point-min))
  (forward-line (1- line))
  (delete-region (point) (line-beginning-position 2))
  t)

(defun drive-save ()
  (save-some-buffers t)
  t)

(defun drive-configure (ignored)
  (setq-default eglot-workspace-configuration (list :sessile (list :ignore (vconcat ignored))))
  (eglot-signal-didChangeConfiguration (eglot-current-server))
  t)

(setq server-socket-dir (getenv "DRIVE_FOLDER")
      server-name "emacs.sock")
(server-start)
;;; editor_emacs.el ends here
