package harness

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/samlproof/samlproof/harness/saml"
)

// fetch gets a document, following redirects as far as hosts are allowed, and notes it as
// steps. A body may have so many bytes.
func (p *prober) fetch(ctx context.Context, method, address, body string, most int64) (answer fetched) {
	for range 6 {
		step := saml.Step{At: p.opt.clock()(), Method: method, URL: address}
		answer = fetched{url: address}
		request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
		if err != nil {
			answer.err = err
			return answer
		}
		request.Header.Set("User-Agent", "samlproof")
		if method == http.MethodPost {
			request.Header.Set("Content-Type", "application/json")
		}
		response, err := p.RoundTrip(request)
		if err != nil {
			step.Note, answer.err = err.Error(), err
			p.browser.steps = append(p.browser.steps, step)
			return answer
		}
		answer.status, answer.header = response.StatusCode, response.Header
		data, err := io.ReadAll(io.LimitReader(response.Body, most+1))
		response.Body.Close()
		step.Status, step.Location = response.StatusCode, response.Header.Get("Location")
		switch {
		case err != nil:
			answer.err = fmt.Errorf("the answer broke off: %w", err)
			p.silent = append(p.silent, fmt.Sprintf("the answer of %s broke off: %v", bareURL(address), err))
		case int64(len(data)) > most:
			answer.err = fmt.Errorf("the answer is larger than %d KiB", most>>10)
		default:
			answer.body = data
		}
		if answer.err != nil {
			step.Note = answer.err.Error()
		}
		p.browser.steps = append(p.browser.steps, step)
		if response.StatusCode < 300 || response.StatusCode > 399 || step.Location == "" || method != http.MethodGet || answer.err != nil {
			return answer
		}
		to, err := request.URL.Parse(step.Location)
		if err != nil {
			answer.err = fmt.Errorf("it redirects to %q, which is no address", step.Location)
			return answer
		}
		address = to.String()
	}
	answer.err = fmt.Errorf("one redirect leads to the next, last to %s", bareURL(address))
	return answer
}

// fetched is what came of a fetch.
type fetched struct {
	url    string
	status int
	header http.Header
	body   []byte
	err    error
}

// hostOfURL is the host and port of an address.
func hostOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(strings.TrimSuffix(u.Host, ":443"))
}
