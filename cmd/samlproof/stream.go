package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/samlproof/samlproof/harness/report"
)

// streams are the forms of a report that is written login by login.
var streams = map[string]func(io.Writer, *report.Report, report.Options) (report.Stream, error){
	"text":  report.TextStream,
	"json":  report.JSONStream,
	"junit": report.JUnitStream,
}

// A streaming is a report while it is written login by login, to standard output or to
// a file, which takes its name only when it is whole.
type streaming struct {
	report   report.Stream
	redactor *report.Redactor // nil where nothing is masked
	w        *bufio.Writer
	temp     *os.File // nil for standard output
	name     string
}

// stream begins a report.
func (j *judging) stream(env *environment, r *report.Report) (st *streaming, err error) {
	failOn, err := j.severity()
	if err != nil {
		return nil, err
	}
	st = &streaming{w: bufio.NewWriterSize(env.stdout, 64<<10), name: j.out}
	if j.out != "" {
		if st.temp, err = os.CreateTemp(filepath.Dir(j.out), ".samlproof-*"); err != nil {
			return nil, writing(err)
		}
		st.w.Reset(st.temp)
	}
	if j.redact {
		st.redactor = report.NewRedactor(r)
		r = st.redactor.Report(r)
	}
	if st.report, err = streams[j.format](st.w, r, j.options(env, failOn)); err != nil {
		st.abandon()
		return nil, writing(err)
	}
	return st, nil
}

// login writes the next login.
func (st *streaming) login(l report.Login) error {
	if st.redactor != nil {
		l = st.redactor.Login(l)
	}
	if err := st.report.Login(l); err != nil {
		return writing(err)
	}
	if st.temp == nil && st.w.Buffered() > 0 {
		return writing(st.w.Flush())
	}
	return nil
}

// close ends the report and sets the exit status that its verdict asks for.
func (st *streaming) close(env *environment, r *report.Report) error {
	if st.redactor != nil {
		r = st.redactor.Report(r)
	}
	sum, err := st.report.Close(r)
	if err == nil {
		err = st.w.Flush()
	}
	if err == nil && st.temp != nil {
		err = keep(st.temp, st.name)
		st.temp = nil
	}
	if err != nil {
		return writing(err)
	}
	env.exit(sum.Verdict)
	return nil
}

// abandon throws away a file that was not closed.
func (st *streaming) abandon() {
	if st.temp != nil {
		st.temp.Close()
		os.Remove(st.temp.Name())
		st.temp = nil
	}
}

func writing(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing the report: %w", err)
}
