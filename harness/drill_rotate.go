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
	"github.com/samlproof/samlproof/mocksp"
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
	for _, step := range []func(context.Context) error{r.lattice, r.orders, r.wrongTurns, r.conclude} {
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
	if r.now, err = saml.ParseCertificate(used.File.Data); err != nil {
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
		r.next, err = saml.ParseCertificate(spare.File.Data)
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
		if _, err := saml.ParseCertificate(c.File.Data); err == nil {
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
	fact := func(head string, c *x509.Certificate) {
		o.Facts = append(o.Facts, report.DrillFact{Name: head, Text: saml.Certificate{X509: c}.Describe() + "; " + days(c.NotAfter, o.At)})
	}
	fact("in use", r.now)
	head := "new"
	if r.made {
		head = "new, made up as Salesforce would make it"
	}
	fact(head, r.next)
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

// lattice replays the four states that old and new can be in.
func (r *rotation) lattice(ctx context.Context) error {
	for _, c := range []struct {
		name  string
		done  []int
		edits []func(*settings.Settings)
	}{
		{"Salesforce signs with the old one, Flex verifies with the old one", nil, nil},
		{"Salesforce has the new one beside the old and signs with the old one", nil, []func(*settings.Settings){r.add}},
		{"Salesforce signs with the new one, Flex verifies with the old one", []int{0}, []func(*settings.Settings){r.sign}},
		{"Salesforce signs with the old one, Flex verifies with the new one", []int{1}, []func(*settings.Settings){r.add, r.verify}},
		{"Salesforce signs with the new one, Flex verifies with the new one", []int{0, 1}, []func(*settings.Settings){r.sign, r.verify}},
	} {
		s := r.base.Clone()
		for _, edit := range c.edits {
			edit(s)
		}
		state, err := r.state(ctx, c.name, c.done, s, r.out.At)
		if err != nil {
			return err
		}
		r.out.States = append(r.out.States, state)
	}
	return nil
}

// orders replays hour by hour what one can choose between.
func (r *rotation) orders(ctx context.Context) error {
	both := func(s *settings.Settings) { r.sign(s); r.verify(s) }
	before := move{"old and old", -time.Hour, r.add}
	for _, w := range []struct {
		name, note string
		moves      []move
	}{
		{"Both consoles at once", "Two people with both pages open press Save together. Between the two clicks logins fail, those of the other orders' middle; who is logged in stays so.", []move{
			before, {"new and new", 0, both}, {"an hour later", time.Hour, nil},
			{"the old one taken out of Identity Provider and deleted", 2 * time.Hour, r.retire},
		}},
		{"Salesforce first, Flex two hours later", "", []move{
			before, {"Salesforce new, Flex old", 0, r.sign}, {"an hour later", time.Hour, nil}, {"Flex changed, too", 2 * time.Hour, r.verify},
		}},
		{"Flex first, Salesforce two hours later", "", []move{
			before, {"Salesforce old, Flex new", 0, r.verify}, {"an hour later", time.Hour, nil}, {"Salesforce changed, too", 2 * time.Hour, r.sign},
		}},
	} {
		way, err := r.way(ctx, report.DrillWay{Name: w.name, Note: w.note}, true, w.moves...)
		if err != nil {
			return err
		}
		r.out.Ways = append(r.out.Ways, way)
	}
	return r.two(ctx)
}

// two replays what a service provider with room for two certificates would allow.
func (r *rotation) two(ctx context.Context) error {
	w := report.DrillWay{
		Name: "Were there room for two certificates at the service provider: added, changed over, removed",
		Note: "Flex's page has one field, so this is not to be had with Flex. It is replayed with a service provider that accepts what it accepts with either certificate.",
		Safe: true,
	}
	for _, m := range []struct {
		do    string
		after time.Duration
		signs bool
		trust []*x509.Certificate
	}{
		{"the service provider trusts old and new", 0, false, []*x509.Certificate{r.now, r.next}},
		{"Salesforce signs with the new one", time.Hour, true, []*x509.Certificate{r.now, r.next}},
		{"the service provider trusts the new one only", 2 * time.Hour, true, []*x509.Certificate{r.next}},
	} {
		state, err := r.trusting(ctx, m.do, m.signs, m.trust, m.after)
		if err != nil {
			return err
		}
		w.Safe = w.Safe && len(state.Locked()) == 0
		w.Moments = append(w.Moments, report.DrillMoment{Do: m.do, After: m.after, State: state})
	}
	r.out.Ways = append(r.out.Ways, w)
	return nil
}

// trusting replays a service provider that verifies with each of some certificates.
func (r *rotation) trusting(ctx context.Context, name string, signs bool, trust []*x509.Certificate, after time.Duration) (report.DrillState, error) {
	s := r.base.Clone()
	if r.add(s); signs {
		r.sign(s)
	} else {
		r.verify(s) // so that both are in use and have stand-ins
	}
	judge := r.opt.Judge
	if judge == nil {
		judge = mocksp.Ordinary
	}
	opt := r.opt
	opt.At = r.out.At.Add(after)
	var st *stage
	opt.Judge = func(half *settings.Flex, m *saml.Message, requests []string, now time.Time) (v saml.Verdict) {
		for _, c := range trust {
			with := *half
			with.X509Certificate.Data = st.stands.pemFor(c)
			if v = judge(&with, m, requests, now); v.Accepted {
				return v
			}
		}
		return v
	}
	st, err := newStage(s, opt)
	if err != nil {
		return report.DrillState{}, err
	}
	defer st.close()
	state, err := r.play(ctx, st, name, nil)
	state.At = opt.At
	return state, err
}

// wrongTurns replays what goes wrong in life.
func (r *rotation) wrongTurns(ctx context.Context) error {
	type turn struct {
		name, note string
		moves      []move
	}
	var turns []turn
	if end := r.now.NotAfter; end.After(r.out.At) {
		turns = append(turns, turn{"Nothing is changed until the old certificate has ended", "", []move{
			{"an hour before its end", end.Add(-time.Hour).Sub(r.out.At), nil}, {"an hour after its end", end.Add(time.Hour).Sub(r.out.At), nil},
		}})
	}
	if r.own {
		turns = append(turns, turn{"The certificate is changed on the page Identity Provider only, and in Flex",
			"The app names its certificate itself, so Salesforce goes on signing with the old one.", []move{
				{"Identity Provider changed", 0, func(s *settings.Settings) { r.add(s); s.Salesforce.IdentityProvider.Certificate.Value = r.label }},
				{"Flex changed, too", time.Hour, r.verify},
			}})
	}
	turns = append(turns, turn{"The old certificate is deleted before Salesforce signs with the new one", "", []move{
		{"the old one deleted", 0, func(s *settings.Settings) { r.add(s); r.retire(s); r.keep(s) }},
	}})
	for _, t := range turns {
		way, err := r.way(ctx, report.DrillWay{Name: t.name, Note: t.note, Wrong: true}, true, t.moves...)
		if err != nil {
			return err
		}
		r.out.Ways = append(r.out.Ways, way)
	}
	return nil
}

// keep has what named the old certificate name it still.
func (r *rotation) keep(s *settings.Settings) {
	if !r.own {
		s.Salesforce.IdentityProvider.Certificate.Value = r.old
	}
}

// conclude says what to do.
func (r *rotation) conclude(ctx context.Context) error {
	o := r.out
	final := r.base.Clone()
	r.sign(final)
	r.verify(final)
	r.retire(final)
	worse, err := r.worsened(ctx, final)
	if err != nil {
		return err
	}
	best := &o.Ways[0]
	if best.Safe && len(worse) == 0 {
		best.Advised = true
		o.Result = "Change both consoles at once: every order with time between the two locks everybody out meanwhile, because Flex holds one certificate."
		if len(o.States[2].Locked()) == 0 && len(o.States[3].Locked()) == 0 {
			o.Result = "Any order locks nobody out: the new certificate has the old one's key."
		}
	} else {
		best.Safe = false
		o.Result = "No order ends with everybody logged in: the new certificate does not work."
		if len(worse) > 0 {
			o.Result += " samlproof run finds then: " + strings.Join(worse, ", ") + "."
		}
		return nil
	}
	page := pageIDP
	if r.own {
		page = pageApp + " › IdP Certificate"
	}
	o.Steps = []string{
		"Days before: create the new certificate in Salesforce, " + pageCertificates + ", and click Download Certificate. This changes nothing for anybody (replayed above).",
		"Run samlproof drill rotate --certificate with the downloaded file, so that the file itself is tried.",
		"Choose an hour in which nobody has to log in, before " + r.now.NotAfter.UTC().Format("2006-01-02 15:04") + " UTC (" + days(r.now.NotAfter, o.At) + "), and have an administrator of either console logged in already: who is locked out of Flex cannot mend it through the login that fails.",
		"Open " + page + " in Salesforce with the new certificate chosen, and " + pageFlex + " in Flex with it pasted. Save both, one right after the other.",
		"Log in once from Flex's link and once from Salesforce, in a private window. If that fails, put the old certificate back on both sides.",
		"Afterwards choose the new certificate under " + pageIDP + ", too, and delete the old one.",
	}
	o.Notes = append(o.Notes,
		"Who is logged in to Flex already stays so: the certificate is looked at during a login only. Sessions are not replayed here.",
		"How long Twilio takes to apply what is saved is not documented.",
		"What users see in between is the mock Flex's answer; what is inferred about it is marked so.",
	)
	return nil
}
