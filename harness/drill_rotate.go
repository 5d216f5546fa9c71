package harness

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/samlproof/samlproof/fixtures/keys"
	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
)

// RotateOptions choose how the replacing of the certificate is drilled.
type RotateOptions struct {
	Options
	// Certificate is the new certificate, PEM or DER. Where it is nil, it is the one of
	// the settings that nothing uses yet, or else one made up in Salesforce's shape.
	Certificate []byte
	Name        string // what Certificate is called; default its common name
}

// A rotation is one certificate replaced by another.
type rotation struct {
	*drill
	now, next         *x509.Certificate
	pem               []byte // of the new one
	label, old        string // of the new one and of the one in use
	made, own, listed bool   // made up; the app names its certificate itself; the settings list the new one
}

// DrillRotate replays the replacing of the certificate that Salesforce signs with: each
// order in which the two consoles can be changed, hour by hour, with who is locked out
// meanwhile and what they see. Flex holds one certificate.
func DrillRotate(ctx context.Context, s *settings.Settings, opt RotateOptions) (*report.Drill, error) {
	d, err := newDrill(ctx, s, opt.Options, "rotate", "The certificate that Salesforce signs with is replaced")
	if err != nil || d.out.Blocked != "" {
		return out(d), err
	}
	r := &rotation{drill: d}
	if err := r.certificates(opt); err != nil {
		return nil, err
	}
	r.describe()
	for _, step := range []func(context.Context) error{r.lattice, r.orders, r.wrongTurns, r.sitThrough, r.conclude} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return d.out, nil
}

// out is the report of a drill that may not have begun.
func out(d *drill) *report.Drill {
	if d == nil {
		return nil
	}
	return d.out
}

// certificates finds the one in use and the new one.
func (r *rotation) certificates(opt RotateOptions) error {
	sf := &r.base.Salesforce
	r.old = sf.ConnectedApp.IDPCertificate.Value
	r.own = r.old != "" && (r.old != settings.DefaultIDPCertificate || sf.IdentityProvider.Certificate.Value == r.old)
	if !r.own {
		r.old = sf.IdentityProvider.Certificate.Value
	}
	used := sf.Certificate(r.old)
	if used == nil {
		return fmt.Errorf("the certificate %q that Salesforce signs with is not in the settings", r.old)
	}
	var err error
	if r.now, _, err = saml.ParseChain(used.File.Data); err != nil {
		return fmt.Errorf("reading the certificate in use: %w", err)
	}
	switch spare := r.spare(used); {
	case opt.Certificate != nil:
		if r.next, err = saml.ParseCertificate(opt.Certificate); err != nil {
			return &UsageError{Text: "the new certificate cannot be read: " + err.Error(), Hint: "Download Certificate in Salesforce gives it, as PEM"}
		}
		r.pem, r.label = certificatePEM(r.next), opt.Name
		if r.label == "" {
			r.label = r.next.Subject.CommonName
		}
		r.label = uniqueName(r.label, sf)
	case spare != nil:
		r.next, _, err = saml.ParseChain(spare.File.Data)
		r.pem, r.label, r.listed = spare.File.Data, name(spare), true
	default:
		r.made = true
		err = r.make()
	}
	if err != nil {
		return fmt.Errorf("the new certificate: %w", err)
	}
	if bytes.Equal(r.now.Raw, r.next.Raw) {
		return &UsageError{Text: "the new certificate is the one that is in use already", Hint: "give the one to change to with --certificate"}
	}
	return nil
}

// spare is a certificate of the settings that can be read and that nothing uses.
func (r *rotation) spare(used *settings.Certificate) *settings.Certificate {
	sf := &r.base.Salesforce
	for i := range sf.Certificates {
		c := &sf.Certificates[i]
		if c == used || c == sf.Certificate(sf.IdentityProvider.Certificate.Value) || name(c) == "" {
			continue
		}
		if _, _, err := saml.ParseChain(c.File.Data); err == nil {
			return c
		}
	}
	return nil
}

// uniqueName is a name for a certificate that Salesforce takes: letters, digits and single
// underscores, beginning with a letter, and no other certificate's.
func uniqueName(label string, sf *settings.Salesforce) string {
	words := strings.FieldsFunc(label, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
	name := strings.Join(words, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = strings.TrimSuffix("New_"+name, "_")
	}
	name = name[:min(len(name), 70)]
	for sf.Certificate(name) != nil {
		name += "_new"
	}
	return name
}

func name(c *settings.Certificate) string {
	if c.Label.Value != "" {
		return c.Label.Value
	}
	return c.UniqueName.Value
}

// make makes a certificate up as Create Self-Signed Certificate would now.
func (r *rotation) make() error {
	bits := 2048
	if key, ok := r.now.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() >= 4096 {
		bits = 4096
	}
	from, to := keys.Lifetime(r.out.At, bits)
	r.label = uniqueName(keys.DefaultLabel(r.out.At), &r.base.Salesforce)
	for _, key := range keys.For(keys.RSA, bits) {
		signer, err := key.Signer()
		if err != nil {
			return err
		}
		if public, ok := r.now.PublicKey.(*rsa.PublicKey); ok && public.Equal(signer.Public()) {
			continue
		}
		r.pem, err = keys.SelfSigned(keys.Certificate{
			Label: r.label, OrganizationID: r.base.Salesforce.OrganizationID.Value,
			Serial: big.NewInt(max(r.out.At.UnixMilli(), 1)), NotBefore: from, NotAfter: to,
		}, signer)
		if err != nil {
			return err
		}
		r.next, err = saml.ParseCertificate(r.pem)
		return err
	}
	return fmt.Errorf("the pool has no RSA key of %d bits left", bits)
}

// describe says what is replaced by what, and what is typed where.
func (r *rotation) describe() {
	o := r.out
	fact := func(head, label string, c *x509.Certificate) {
		o.Facts = append(o.Facts, report.DrillFact{Name: head, Text: fmt.Sprintf("%s, valid %s to %s; %s",
			label, c.NotBefore.UTC().Format(time.DateOnly), c.NotAfter.UTC().Format(time.DateOnly), days(c.NotAfter, o.At))})
	}
	fact("in use", r.old, r.now)
	head := "new"
	if r.made {
		head = "new, made up as Salesforce would make it"
	}
	fact(head, r.label, r.next)
	if r.listed {
		o.Notes = append(o.Notes, "The new certificate is "+r.label+" of the settings, which nothing uses yet.")
	}
	page, field, path := pageIDP, "Certificate", r.base.Salesforce.IdentityProvider.Certificate.Path
	if r.own {
		page, field, path = pageApp, "IdP Certificate", r.base.Salesforce.ConnectedApp.IDPCertificate.Path
	}
	o.Changes = append(o.Changes,
		change(check.Salesforce, page+" › "+field, path, r.old, r.label, "From this moment Salesforce signs with the new one."),
		change(check.FlexSide, pageFlex+" › X.509 Certificate", "flex.x509_certificate",
			saml.Certificate{X509: r.now}.Fingerprint(), saml.Certificate{X509: r.next}.Fingerprint(),
			"The text that Download Certificate gave, with its BEGIN and END lines. The field holds one certificate: the new one takes the place of the old."),
	)
}

// add puts the new certificate into Certificate and Key Management, which by itself
// changes nothing.
func (r *rotation) add(s *settings.Settings) {
	if s.Salesforce.Certificate(r.label) == nil {
		var c settings.Certificate
		c.Label.Value, c.UniqueName.Value, c.File.Data = r.label, r.label, r.pem
		s.Salesforce.Certificates = append(s.Salesforce.Certificates, c)
	}
}

// sign has Salesforce sign with the new certificate.
func (r *rotation) sign(s *settings.Settings) {
	r.add(s)
	if r.own {
		s.Salesforce.ConnectedApp.IDPCertificate.Value = r.label
	} else {
		s.Salesforce.IdentityProvider.Certificate.Value = r.label
	}
}

// verify has Flex verify with it.
func (r *rotation) verify(s *settings.Settings) {
	s.Flex.X509Certificate.Data, s.Flex.X509Certificate.Value = bytes.Clone(r.pem), ""
}

// retire takes the old one away where nothing needs it any more.
func (r *rotation) retire(s *settings.Settings) {
	s.Salesforce.IdentityProvider.Certificate.Value = r.label
	var kept []settings.Certificate
	for _, c := range s.Salesforce.Certificates {
		if c.Label.Value != r.old && c.UniqueName.Value != r.old {
			kept = append(kept, c)
		}
	}
	s.Salesforce.Certificates = kept
}
