package report

import (
	"encoding/xml"
	"fmt"
	"io"
)

// JUnitStream writes the report that JUnit writes, login by login. The root has no
// counts, since they are known at the end only; each suite has its own.
func JUnitStream(w io.Writer, r *Report, opt Options) (Stream, error) {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return nil, err
	}
	s := &junitStream{w: w, enc: xml.NewEncoder(w), r: r, opt: opt, totals: newTotals(r, opt)}
	s.enc.Indent("", "  ")
	s.root = xml.StartElement{Name: xml.Name{Local: "testsuites"}, Attr: []xml.Attr{{Name: xml.Name{Local: "name"}, Value: visible(r.Tool)}}}
	if err := s.enc.EncodeToken(s.root); err != nil {
		return nil, junitError(err)
	}
	if len(r.SettingsResults) > 0 {
		return s, s.suite(settingsSuite(r, opt))
	}
	return s, nil
}

type junitStream struct {
	w      io.Writer
	enc    *xml.Encoder
	r      *Report
	opt    Options
	root   xml.StartElement
	totals *totals
}

func (s *junitStream) Login(l Login) error {
	s.totals.add(l)
	return s.suite(loginSuite(s.r, l, s.opt))
}

func (s *junitStream) Close(r *Report) (Summary, error) {
	sum := s.totals.summary(r)
	if sum.Verdict == Partial {
		if err := s.suite(untoldSuite(r, s.totals.untold(r))); err != nil {
			return sum, err
		}
	}
	if err := s.enc.EncodeToken(s.root.End()); err != nil {
		return sum, junitError(err)
	}
	if err := s.enc.Flush(); err != nil {
		return sum, junitError(err)
	}
	_, err := io.WriteString(s.w, "\n")
	return sum, err
}

func (s *junitStream) suite(suite junitSuite) error {
	return junitError(s.enc.EncodeElement(suite, xml.StartElement{Name: xml.Name{Local: "testsuite"}}))
}

func junitError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing the report as JUnit XML: %w", err)
}
