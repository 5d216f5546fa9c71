package harness_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/samlproof/samlproof/fixtures"
	"github.com/samlproof/samlproof/harness"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A real browser gets through both mocks by every way that serve offers.
func TestChromiumLogsIn(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		lacking(t, "Chromium: apt-get install chromium")
	}
	for _, c := range []struct {
		name  string
		flags func(*harness.Site) []chromedp.ExecAllocatorOption
		start func(*testing.T, *harness.Site) string
	}{
		{"by resolver rules", func(s *harness.Site) []chromedp.ExecAllocatorOption {
			return []chromedp.ExecAllocatorOption{chromedp.Flag("host-resolver-rules", s.ResolverRules()), chromedp.Flag("ignore-certificate-errors-spki-list", s.SPKI())}
		}, func(_ *testing.T, s *harness.Site) string { return s.Start() }},
		{"by the proxy", func(s *harness.Site) []chromedp.ExecAllocatorOption {
			return []chromedp.ExecAllocatorOption{chromedp.ProxyServer("http://" + s.Proxy()), chromedp.Flag("ignore-certificate-errors-spki-list", s.SPKI())}
		}, func(_ *testing.T, s *harness.Site) string { return s.StartIDP() }},
		{"on localhost", func(s *harness.Site) []chromedp.ExecAllocatorOption { return nil },
			func(t *testing.T, s *harness.Site) string {
				require.NoError(t, s.Localhost())
				return s.LocalStart()
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := fixtures.Default()
			require.NoError(t, err)
			site, err := harness.Serve(s, "127.0.0.1:0", harness.Options{})
			require.NoError(t, err)
			t.Cleanup(site.Close)
			start := c.start(t, site)

			ctx := chromium(t, path, c.flags(site)...)
			field := chromedp.CSS(`input[name="un"]`)
			require.NoError(t, chromedp.Do(ctx,
				chromedp.Navigate(start),
				chromedp.WaitVisible(field),
				chromedp.SendKeys(field, "ada@acme.example"),
				chromedp.Submit(field),
				chromedp.WaitNotPresent(field),
				chromedp.WaitVisible(chromedp.Search(`//*[contains(text(), "Ada Agent")]`)),
			))
			text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
			require.NoError(t, err)
			at, err := chromedp.Run(ctx, chromedp.Location())
			require.NoError(t, err)
			assert.Contains(t, text, "ada@acme.example")
			assert.Contains(t, text, "agent")
			assert.NotContains(t, text, "Log In")
			if c.name == "on localhost" {
				assert.Contains(t, at, "http://localhost:")
				assert.Contains(t, text, "Rewritten for localhost")
			} else {
				assert.Equal(t, s.Flex.DefaultRedirectURL.Value, at)
			}
		})
	}
}

// chromium starts a browser with a profile of its own, which lives as long as the test.
func chromium(t *testing.T, path string, flags ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(options, flags...)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx)) // starts the browser, which no timeout may end
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// A real browser logs out at either side, by either binding, and both sessions end.
func TestChromiumLogsOut(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		lacking(t, "Chromium: apt-get install chromium")
	}
	bindings := []string{"single-logout", "single-logout-post"}
	if underRace {
		bindings = bindings[1:] // what runs side by side is the same for both
	}
	for _, id := range bindings {
		for _, local := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, on localhost %t", id, local), func(t *testing.T) {
				s := scenario(t, id).Edited(t)
				site, err := harness.Serve(s, "127.0.0.1:0", harness.Options{})
				require.NoError(t, err)
				t.Cleanup(site.Close)
				start, home := site.Start(), s.Salesforce.Origin()+"/"
				flags := []chromedp.ExecAllocatorOption{chromedp.Flag("host-resolver-rules", site.ResolverRules()), chromedp.Flag("ignore-certificate-errors-spki-list", site.SPKI())}
				if local {
					require.NoError(t, site.Localhost())
					start, home, flags = site.LocalStart(), site.Local(home), nil
				}
				ctx := chromium(t, path, flags...)
				field := chromedp.CSS(`input[name="un"]`)
				says := func(text string) chromedp.Action[chromedp.Void] {
					return chromedp.WaitVisible(chromedp.Search(`//body//*[contains(text(), "` + text + `")]`))
				}
				logIn := chromedp.Steps(chromedp.WaitVisible(field), chromedp.SendKeys(field, "ada@acme.example"), chromedp.Submit(field), says("Logged in to Flex"))
				require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(start), logIn,
					chromedp.Click(chromedp.CSS(`form[action$="/logout"] button`)), says("The session ended here and at the identity provider."),
					chromedp.Navigate(home), chromedp.WaitVisible(field), // nobody is logged in there
					chromedp.Navigate(start+"/login"), logIn,
					chromedp.Navigate(home), chromedp.Click(chromedp.CSS(`a[href="/secur/logout.jsp"]`)), says("Logged out of Salesforce and of Twilio Flex"),
					chromedp.Navigate(start), chromedp.WaitVisible(field), // nor here
				))
			})
		}
	}
}

// lacking skips a test that needs something this machine does not have, or fails it
// where everything must be there.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SAMLPROOF_CI") != "" {
		t.Fatalf("this test needs %s", what)
	}
	t.Skipf("this test needs %s", what)
}
