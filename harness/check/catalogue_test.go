package check

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// literals are the ids of the Check literals that the package's sources hold.
func literals(t *testing.T) []string {
	t.Helper()
	var ids []string
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if name, ok := lit.Type.(*ast.Ident); !ok || name.Name != "Check" {
				return true
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok || kv.Key.(*ast.Ident).Name != "ID" {
					continue
				}
				value, ok := kv.Value.(*ast.BasicLit)
				require.True(t, ok, "the ID of a check in %s is no literal", name)
				ids = append(ids, strings.Trim(value.Value, `"`))
			}
			return true
		})
	}
	return ids
}

func ids(checks []*Check) []string {
	var ids []string
	for _, ch := range checks {
		ids = append(ids, ch.ID)
	}
	return ids
}

func TestEveryCheckIsListedOnce(t *testing.T) {
	all := ids(All)
	require.NotEmpty(t, all)
	assert.ElementsMatch(t, literals(t), all)
	slices.Sort(all)
	assert.Equal(t, slices.Compact(slices.Clone(all)), all)
}

// The ids that other programs and documents rely on.
func TestFixedIDs(t *testing.T) {
	all := ids(All)
	for family, slugs := range map[string]string{
		"settings": "placeholder entity-id acs-url issuer sso-url certificate-match certificate-expiry certificate-key-size certificate-readable " +
			"idp-certificate identity-provider-enabled enable-saml subject-type name-id-format verify-request-signatures encrypt-response " +
			"full-name-attribute roles-attribute role-names formula profile-access user-email user-fields account-sid start-url login-link default-redirect-url",
		"request":        "binding destination issuer acs-url unsigned",
		"response":       "well-formed status destination in-response-to issuer unencrypted one-assertion relay-state",
		"signature":      "present reference digest value trusted-key algorithm",
		"assertion":      "issuer audience",
		"subject":        "name-id name-id-format confirmation-method recipient in-response-to not-on-or-after",
		"conditions":     "not-before not-on-or-after",
		"authentication": "statement",
		"attributes":     "full-name roles role-names email duplicate-name",
		"login":          "accepted unreachable",
	} {
		for _, slug := range strings.Fields(slugs) {
			assert.Contains(t, all, family+"/"+slug)
		}
	}
}

func TestEveryCheckIsDocumented(t *testing.T) {
	id := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$`)
	row := regexp.MustCompile(`^(XML|RSP|AST|SUB|CND|AUT|ATR|SIG|ENC|BND|REQ|MDX|MDI|MDS|SLO|RPL|IIP|SDP)-[A-Z]*[0-9]+$`)
	since := regexp.MustCompile(`^\d+\.\d+$`)
	for _, ch := range All {
		assert.Regexp(t, id, ch.ID)
		assert.NotEmpty(t, ch.Title, ch.ID)
		assert.False(t, strings.HasSuffix(ch.Title, "."), "%s: the title is no paragraph", ch.ID)
		assert.GreaterOrEqual(t, len(ch.Text), 40, "%s: the text says little", ch.ID)
		assert.Regexp(t, since, ch.Since, ch.ID)
		assert.Contains(t, []Basis{Normative, Deploy, Hardening, Vendor}, ch.Basis, ch.ID)
		assert.Contains(t, []Severity{Note, Warning, Error}, ch.Severity, ch.ID)
		assert.Contains(t, []Profile{"", SAML, Flex, SAML2Int}, ch.Profile, ch.ID)
		assert.NotEmpty(t, ch.Sources, "%s: an %s needs a source", ch.ID, ch.Severity)
		assert.NotNil(t, ch.Run, ch.ID)
		for _, f := range []Fix{ch.Fix, ch.FlexFix} {
			if f == ch.FlexFix && f == (Fix{}) {
				continue
			}
			assert.Contains(t, []Side{Salesforce, FlexSide, IDP, SP}, f.Side, ch.ID)
			assert.NotEmpty(t, f.Setting, ch.ID)
			assert.True(t, strings.HasSuffix(f.Text, "."), "%s: the fix is a sentence: %q", ch.ID, f.Text)
		}
		for _, r := range ch.Covers {
			assert.Regexp(t, row, r, ch.ID)
		}
		for p, s := range ch.In {
			assert.NotEqual(t, ch.Severity, s, "%s: %s has the severity of all", ch.ID, p)
			assert.True(t, ch.Profile == "" || ch.Profile == p, ch.ID)
		}
	}
}

// Vendors' words are for their own pair: under the other profiles nothing speaks of them.
func TestVendorsUnderTheirProfileOnly(t *testing.T) {
	vendor := regexp.MustCompile(`Twilio|Flex Console|Setup ›`)
	for _, ch := range All {
		if ch.Profile != Flex {
			assert.NotRegexp(t, vendor, ch.Title+ch.Fix.Setting+ch.Fix.Text, ch.ID)
			assert.NotContains(t, []Side{Salesforce, FlexSide}, ch.Fix.Side, ch.ID)
		}
	}
}

func TestCatalogueOrder(t *testing.T) {
	var order []string
	for _, ch := range All {
		if f := ch.Family(); len(order) == 0 || order[len(order)-1] != f {
			order = append(order, f)
		}
	}
	var known []string
	for _, f := range families {
		if slices.Contains(order, f.name) {
			known = append(known, f.name)
		}
	}
	assert.Equal(t, known, order, "every family is in one place, in the order of families")
}

// follows are the ids that a check follows, patterns resolved.
func follows(ch *Check) []string {
	var before []string
	for _, pattern := range ch.Follows {
		for _, other := range All {
			if other != ch && matches(pattern, other.ID) {
				before = append(before, other.ID)
			}
		}
	}
	return before
}

func TestFollowsExist(t *testing.T) {
	for _, ch := range All {
		for _, pattern := range ch.Follows {
			_, err := path.Match(pattern, "")
			assert.NoError(t, err, ch.ID)
			assert.True(t, slices.ContainsFunc(All, func(other *Check) bool { return other != ch && matches(pattern, other.ID) }),
				"%s follows %s, which does not exist", ch.ID, pattern)
		}
	}
	for code, c := range eventCauses {
		for _, pattern := range c.follows {
			assert.True(t, slices.ContainsFunc(LoginIdentityProviderRefused.Follows, func(own string) bool { return matches(own, pattern) || own == pattern }),
				"%s follows %s, which login/identity-provider-refused does not", code, pattern)
		}
		assert.NotZero(t, mend(c.setting, c.fix), code)
	}
}

func TestFollowsHaveNoCycle(t *testing.T) {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(id string, way []string)
	visit = func(id string, way []string) {
		require.NotEqual(t, open, state[id], "a cycle: %s", strings.Join(append(way, id), " → "))
		if state[id] == done {
			return
		}
		state[id] = open
		ch, err := Lookup(id)
		require.NoError(t, err)
		for _, before := range follows(ch) {
			visit(before, append(way, id))
		}
		state[id] = done
	}
	for _, ch := range All {
		visit(ch.ID, nil)
	}
}

// What explains comes before what it explains.
func TestFollowsComeBefore(t *testing.T) {
	order := map[string]int{}
	for i, ch := range All {
		order[ch.ID] = i
	}
	for _, ch := range All {
		for _, before := range follows(ch) {
			if ch.Family() != "settings" && strings.HasPrefix(before, "settings/") {
				assert.Less(t, order[before], order[ch.ID], "%s follows %s", ch.ID, before)
			}
		}
	}
}

func TestReadmeIsGenerated(t *testing.T) {
	var want bytes.Buffer
	require.NoError(t, Readme(&want))
	got, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(got), "run: go generate ./harness/check")
}

func TestReadmeShowsEveryCheck(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Readme(&b))
	for _, ch := range All {
		assert.Equal(t, 1, strings.Count(b.String(), "### `"+ch.ID+"`\n"), ch.ID)
		assert.Equal(t, 1, strings.Count(b.String(), "| `"+ch.ID+"` |"), ch.ID)
	}
}

func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	ch := &Check{
		ID: "family/slug", Title: "a|b is <c>", Severity: Error, In: map[Profile]Severity{SAML: Warning}, Basis: Vendor, Profile: Flex, Since: "0.1",
		Text: "Why `it` *matters*.", Fix: Fix{Side: SP, Setting: "x", Text: "Do."}, FlexFix: Fix{Side: FlexSide, Setting: "y", Text: "Do it."},
		Sources: []string{"SAMLCore 1", "SAMLProf 2"}, Follows: []string{"settings/*"},
	}
	require.NoError(t, Markdown(&b, []*Check{ch}))
	assert.Equal(t, "### `family/slug`\n\n**a\\|b is \\<c>.** An error, under `saml` a warning (vendor, since 0.1), under the profile `flex` only.\n\n"+
		"Why \\`it\\` \\*matters\\*.\n\n- Fix, service provider › x: Do.\n- Fix under the flex profile, Flex › y: Do it.\n"+
		"- Sources: SAMLCore 1; SAMLProf 2\n- Follows: `settings/*`\n", b.String())
}
