package harness_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/capture"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func otherCertificate(t testing.TB) string {
	return base64.StdEncoding.EncodeToString(poolCertificates(t, "rsa-2048-5")[0].X509.Raw)
}

// resigned signs what is signed anew by another key.
func resigned(m *message, key string) string {
	s := m.doc
	var which []string
	for _, e := range m.all("Signature") {
		which = append([]string{e.Parent().Attr("ID").Value()[1:]}, which...)
		s = strings.Replace(s, e.Source(), "", 1)
	}
	for _, id := range which {
		s = signedBy(m, s, id, "ds", key)
	}
	return s
}

// redigested makes the digest anew of the innermost signed element that an edit touched.
func redigested(m *message, doc string) string {
	n := newMessage(m, doc)
	for _, s := range saml.VerifySignatures(n.tree, nil, nil) {
		if s.Digest != saml.Differs || s.Covers.Local() != "Assertion" && n.own("Assertion") != "" {
			continue
		}
		info := s.Child(saml.NSSignature, "SignedInfo").Child(saml.NSSignature, "Reference")
		var prefixes []string
		for e := range info.Descendants() {
			if e.Local() == "InclusiveNamespaces" {
				prefixes = strings.Fields(e.Attr("PrefixList").Value())
			}
		}
		canonical, err := saml.CanonicalAs(s.Covers, s.Element, saml.C14NExclusive, prefixes)
		require.NoError(m, err)
		digest, err := saml.Digest(canonical, saml.DigestSHA256)
		require.NoError(m, err)
		return strings.Replace(doc, info.Child(saml.NSSignature, "DigestValue").Text(), base64.StdEncoding.EncodeToString(digest), 1)
	}
	return ""
}

// firstLines are the first lines of the report on a message, up to the empty line.
func firstLines(t testing.TB, c *layoutCase, doc string) string {
	found, err := capture.Read("captured.xml", []byte(doc), capture.Limits{})
	if err != nil {
		return "NOT READ: " + err.Error()
	}
	want := c.want
	r, err := harness.Inspect(context.Background(), nil, found.Logins, &want, harness.Options{})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, report.Text(&b, r, report.Options{Width: 4000, FailOn: 3}))
	head, _, _ := strings.Cut(b.String(), "\n\n")
	if strings.HasPrefix(head, "PASS") {
		return "PASS" // how many checks there are is no matter here
	}
	return strings.TrimSpace(head)
}

// What is done to a valid response after signing, without the key, is told in the first
// lines of the report to somebody who knows no more than the flags say. Each line of
// testdata/firstline/lines.txt is what one edit of one layout gives.
func TestFirstLine(t *testing.T) {
	if underRace {
		t.Skip("one goroutine works here, without anything for the race detector to see")
	}
	t.Parallel()
	layouts := validCaptures(t)
	all := edits()
	blocks := make([]string, len(all))
	var wg sync.WaitGroup
	for n, e := range all {
		wg.Go(func() {
			var b strings.Builder
			fmt.Fprintf(&b, "%s\n", e.name)
			told := 0
			for _, l := range layouts {
				doc := e.apply(newMessage(t, l.doc))
				if doc == "" || doc == l.doc && e.name != "unchanged" {
					continue
				}
				told++
				line := firstLines(t, l, doc)
				assert.Regexp(t, e.says, line, "%s, %s", e.name, l.name)
				fmt.Fprintf(&b, "    %s: %s\n", l.name, strings.ReplaceAll(line, "\n", "\n        "))
			}
			assert.NotZero(t, told, "%s: no layout has it", e.name)
			blocks[n] = b.String()
		})
	}
	wg.Wait()
	got := strings.Join(blocks, "")
	if *update {
		require.NoError(t, os.WriteFile("testdata/firstline/lines.txt", []byte(got), 0o600))
	}
	want, err := os.ReadFile("testdata/firstline/lines.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
	assert.Greater(t, len(all), 100)
}
