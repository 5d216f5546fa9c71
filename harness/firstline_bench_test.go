package harness_test

import (
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/saml"
	"github.com/stretchr/testify/require"
)

// BenchmarkUntold judges responses in which an edit cannot be found: every trial of the
// diagnosis is made, and none agrees.
func BenchmarkUntold(b *testing.B) {
	for _, l := range validCaptures(b) {
		m := newMessage(b, l.doc)
		v := m.all("Attribute")
		if len(v) == 0 {
			continue
		}
		doc := m.swap(v[0].Source(), strings.Replace(v[0].Source(), "</", "qnyvxkzj</", 1)+v[0].Source()[:0])
		doc = strings.Replace(doc, v[len(v)-1].Source(), "", 1)
		d, err := saml.Parse([]byte(doc), saml.Limits{})
		require.NoError(b, err)
		verifier := saml.Verifier{Trusted: l.want.Certificates, Values: append(append(l.want.Audiences, l.want.ACSURLs...), l.want.Issuers...)}
		for _, s := range verifier.Verify(d) {
			require.False(b, s.Valid())
		}
		b.Run(strings.ReplaceAll(l.name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				verifier.Verify(d)
			}
		})
	}
}
