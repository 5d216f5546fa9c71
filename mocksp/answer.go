package mocksp

import (
	"encoding/json"
	"net/http"

	"github.com/samlproof/samlproof/harness/saml"
)

// A twilioError is an error as Twilio's APIs answer it, its fields in their order.
type twilioError struct {
	Code     int    `json:"code"`
	Detail   string `json:"detail,omitempty"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

// refuse tells of a refusal and answers it in the form that users see: JSON from legacy
// SSO, with the challenge that makes browsers ask for a Twilio user name and password,
// and a page otherwise.
func (p *SP) refuse(w http.ResponseWriter, v saml.Verdict) {
	words := wordsOf(&p.half)
	v.Accepted, v.Subject = false, ""
	if v.Status < 400 || v.Status > 599 {
		v.Status = words.status
	}
	if v.Text == "" {
		v.Text = words.prefix + words.unreadable
	}
	p.notify(v)
	switch {
	case v.Code == codeCertificate:
		writeJSON(w, v.Status, twilioError{Code: 70251, Message: v.Text, MoreInfo: moreInfo(codeCertificate), Status: v.Status})
	case v.Code == codeCredentials:
		if v.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
		}
		writeJSON(w, v.Status, twilioError{
			Code: 70004, Detail: "Your AccountSid or AuthToken was incorrect.",
			Message: v.Text, MoreInfo: moreInfo(codeCredentials), Status: v.Status,
		})
	default:
		p.showRefusal(w, v)
	}
}

func moreInfo(code string) string { return "https://www.twilio.com/docs/errors/" + code }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a browser that is gone needs no answer
}

// config is the public description of the connection, which Flex's page reads first.
func (p *SP) config(w http.ResponseWriter, r *http.Request) {
	type entry struct {
		ConnectionName string `json:"connection_name"`
		ClientID       string `json:"client_id"`
	}
	list := []entry{}
	if r.URL.Query().Get("AccountSid") == p.half.AccountSID.Value {
		list = append(list, entry{p.half.ConnectionSID.Value, p.site.clientID})
	}
	writeJSON(w, http.StatusOK, struct {
		List []entry `json:"config_list"`
	}{list})
}

// validateToken tells who a token of legacy SSO stands for. The mock knows no auth
// token, so any password will do for the right account. The token stays usable.
func (p *SP) validateToken(w http.ResponseWriter, r *http.Request) {
	user, _, ok := r.BasicAuth()
	if !ok || user != p.half.AccountSID.Value {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
		writeJSON(w, http.StatusUnauthorized, twilioError{
			Code: 70004, Detail: "Your AccountSid or AuthToken was incorrect.",
			Message: "Access Denied", MoreInfo: moreInfo(codeCredentials), Status: http.StatusUnauthorized,
		})
		return
	}
	var in struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
		p.say(w, http.StatusBadRequest, "Not understood", "The body is no JSON object with a token.")
		return
	}
	type validity struct {
		Valid     bool     `json:"valid"`
		Roles     []string `json:"roles,omitempty"`
		WorkerSID string   `json:"worker_sid,omitempty"`
	}
	var out validity
	if t, ok := p.state.peek(in.Token, p.opt.Now()); ok {
		if worker, ok := p.worker(t.session.nameID); ok {
			out = validity{true, worker.Roles(), worker.SID}
		}
	}
	writeJSON(w, http.StatusOK, out)
}

// worker is the worker of a NameID.
func (p *SP) worker(nameID string) (Worker, bool) {
	for _, w := range p.Workers() {
		if w.FriendlyName == nameID {
			return w, true
		}
	}
	return Worker{}, false
}
