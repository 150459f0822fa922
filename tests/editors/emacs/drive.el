;;; drive.el --- drives eglot in a batch Emacs, 28 or newer -*- lexical-binding: t -*-
;; emacs --batch -l drive.el -l script.el      exits with 0, or with 1 and the error on stderr

(require 'package)
(unless (require 'eglot nil t)
  (package-initialize)
  (require 'eglot))
(require 'flymake)
(require 'cl-lib)

(setq eglot-sync-connect 30
      eglot-connect-timeout 30
      eglot-autoshutdown t
      eglot-send-changes-idle-time 0
      flymake-no-changes-timeout 0.1
      make-backup-files nil
      create-lockfiles nil)
;; Emacs 30 renamed the question whether edits may be applied, and asks it by default.
(dolist (name '(eglot-confirm-server-initiated-edits eglot-confirm-server-edits))
  (when (boundp name) (set name nil)))

(defun drive-wait (what condition)
  "Let output and timers come until CONDITION gives a value, and return it."
  (let ((end (+ (float-time) 30)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05)
      (sit-for 0.01))
    (or value (error "Timed out waiting for %s" what))))

(defun drive-open (name)
  "Visit a file of the workspace and start the server for it."
  (find-file (expand-file-name name (getenv "TEST_WORKSPACE")))
  (python-mode)
  (push (cons 'python-mode (append (json-parse-string (getenv "TEST_SERVER")) nil)) eglot-server-programs)
  (apply #'eglot (eglot--guess-contact))
  (drive-wait "the server" #'eglot-managed-p)
  (flymake-mode 1))

(defun drive-shown ()
  "What flymake shows, such as \"error:9 warning:14\"; batch Emacs is never idle, so changes are sent here."
  (eglot--signal-textDocument/didChange)
  (flymake-start)
  (mapconcat
   (lambda (each)
     (format "%s:%d"
             (substring (symbol-name (flymake-diagnostic-type each)) (length "eglot-"))
             (line-number-at-pos (flymake-diagnostic-beg each))))
   (sort (flymake-diagnostics) (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b))))
   " "))

(defun drive-expect (shown)
  "Wait until exactly SHOWN is shown."
  (condition-case nil
      (drive-wait "diagnostics" (lambda () (equal (drive-shown) shown)))
    (error (error "Expected %s, but what is shown is %s" shown (drive-shown)))))

(defun drive-text ()
  "All that flymake says."
  (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) "\n"))

(defun drive-at (line text)
  "Put the cursor on TEXT in a line, from 1."
  (goto-char (point-min))
  (forward-line (1- line))
  (search-forward text (line-end-position))
  (goto-char (match-beginning 0)))

(defun drive-hover ()
  "The text that eldoc would show at the cursor."
  (let (shown)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
    (substring-no-properties (drive-wait "hover" (lambda () shown)))))

(defun drive-choose (title)
  "Choose a code action in the menu of the current line; all titles that it has."
  (let ((tick (buffer-modified-tick))
        (last-nonmenu-event ?x) ; nil would mean the mouse, and a menu that nobody can click
        offered)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ choices &rest _)
                 (setq offered (all-completions "" choices))
                 (or (cl-find title offered :test #'string=) (error "No %s in %S" title offered)))))
      (eglot-code-actions (line-beginning-position) (line-end-position) nil t))
    (drive-wait "the edit" (lambda () (/= tick (buffer-modified-tick))))
    offered))

(defmacro drive-run (&rest body)
  "Run BODY and exit."
  `(condition-case problem
       (progn ,@body (ignore-errors (eglot-shutdown-all)) (kill-emacs 0))
     (error (message "FAILED: %S" problem) (ignore-errors (eglot-shutdown-all)) (kill-emacs 1))))

(provide 'drive)
;;; drive.el ends here
