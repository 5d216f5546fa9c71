package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/samlproof/samlproof/harness/check"
	"github.com/samlproof/samlproof/harness/saml"
)

// DrillFormat names the layout of the JSON form of a drill.
const DrillFormat = "samlproof.drill/1"

type (
	jsonDrill struct {
		Schema   string           `json:"schema"`
		Tool     string           `json:"tool"`
		Drill    string           `json:"drill"`
		Verdict  Verdict          `json:"verdict"`
		Title    string           `json:"title"`
		Result   string           `json:"result"`
		Blocked  string           `json:"blocked"`
		Settings string           `json:"settings"`
		At       *string          `json:"at"`
		AtSource string           `json:"at_source"`
		Facts    []jsonFact       `json:"facts"`
		Changes  []jsonChange     `json:"changes"`
		States   []jsonDrillState `json:"states"`
		Ways     []jsonWay        `json:"ways"`
		Sessions []jsonSession    `json:"sessions"`
		Measures []jsonMeasure    `json:"measures"`
		Steps    []string         `json:"steps"`
		Notes    []string         `json:"notes"`
	}
	jsonFact struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}
	jsonChange struct {
		Side    check.Side `json:"side"`
		Setting string     `json:"setting"`
		Path    string     `json:"path"`
		Old     string     `json:"old"`
		New     string     `json:"new"`
		Note    string     `json:"note"`
	}
	jsonDrillState struct {
		Name   string           `json:"name"`
		At     *string          `json:"at"`
		Done   []int            `json:"done"`
		Who    string           `json:"who"`
		Logins []jsonDrillLogin `json:"logins"`
	}
	jsonDrillLogin struct {
		User     string    `json:"user"`
		Flow     saml.Flow `json:"flow"`
		Start    string    `json:"start"`
		Accepted bool      `json:"accepted"`
		By       string    `json:"refused_by"`
		Status   int       `json:"status"`
		Code     string    `json:"code"`
		Sees     string    `json:"sees"`
		Inferred bool      `json:"inferred"`
	}
	jsonWay struct {
		Name    string       `json:"name"`
		Safe    bool         `json:"safe"`
		Advised bool         `json:"advised"`
		Wrong   bool         `json:"wrong"`
		Note    string       `json:"note"`
		Moments []jsonMoment `json:"moments"`
	}
	jsonMoment struct {
		Do    string         `json:"do"`
		After float64        `json:"after_seconds"`
		Brief bool           `json:"brief"`
		State jsonDrillState `json:"state"`
	}
	jsonSession struct {
		Name  string    `json:"name"`
		Done  []int     `json:"done"`
		Tries []jsonTry `json:"tries"`
	}
	jsonTry struct {
		Do       string   `json:"do"`
		Works    bool     `json:"works"`
		Sees     string   `json:"sees"`
		Inferred []string `json:"inferred"`
	}
	jsonMeasure struct {
		Name      string  `json:"name"`
		Bound     string  `json:"bound"`
		Window    float64 `json:"window_seconds"`
		Accepted  float64 `json:"accepted_seconds"`
		Refused   float64 `json:"refused_seconds"`
		Unlimited bool    `json:"unlimited"`
		Tolerance float64 `json:"tolerance_seconds"`
		Expected  float64 `json:"expected_seconds"`
		Sees      string  `json:"sees"`
		Tries     int     `json:"tries"`
	}
)

// DrillJSON writes the whole drill for a program. Lists are never null, spans of time are
// in seconds, and characters that cannot be seen are escaped.
func DrillJSON(w io.Writer, d *Drill, _ Options) error {
	j := jsonDrill{
		Schema: DrillFormat, Tool: d.Tool, Drill: d.Name, Verdict: d.Verdict(), Title: d.Title, Result: d.Result, Blocked: d.Blocked,
		Settings: d.Settings, At: instant(d.At), AtSource: d.AtSource,
		Facts: []jsonFact{}, Changes: []jsonChange{}, States: []jsonDrillState{}, Ways: []jsonWay{}, Sessions: []jsonSession{}, Measures: []jsonMeasure{},
		Steps: full(d.Steps), Notes: full(d.Notes),
	}
	for _, f := range d.Facts {
		j.Facts = append(j.Facts, jsonFact(f))
	}
	for _, c := range d.Changes {
		j.Changes = append(j.Changes, jsonChange(c))
	}
	for _, s := range d.States {
		j.States = append(j.States, drillState(s))
	}
	for _, way := range d.Ways {
		jw := jsonWay{Name: way.Name, Safe: way.Safe, Advised: way.Advised, Wrong: way.Wrong, Note: way.Note, Moments: []jsonMoment{}}
		for _, m := range way.Moments {
			jw.Moments = append(jw.Moments, jsonMoment{m.Do, m.After.Seconds(), m.Brief, drillState(m.State)})
		}
		j.Ways = append(j.Ways, jw)
	}
	for _, s := range d.Sessions {
		js := jsonSession{Name: s.Name, Done: append([]int{}, s.Done...), Tries: []jsonTry{}}
		for _, t := range s.Tries {
			js.Tries = append(js.Tries, jsonTry{t.Do, t.Works, t.Sees, full(t.Inferred)})
		}
		j.Sessions = append(j.Sessions, js)
	}
	for _, m := range d.Measures {
		j.Measures = append(j.Measures, jsonMeasure{
			m.Name, m.Bound, m.Window.Seconds(), m.Accepted.Seconds(), m.Refused.Seconds(), m.Unlimited(),
			m.Tolerance.Seconds(), m.Expected.Seconds(), m.Sees, m.Tries,
		})
	}
	return writeJSON(w, j, "the drill")
}

func drillState(s DrillState) jsonDrillState {
	j := jsonDrillState{Name: s.Name, At: instant(s.At), Done: append([]int{}, s.Done...), Who: s.Who(), Logins: []jsonDrillLogin{}}
	for _, l := range s.Logins {
		j.Logins = append(j.Logins, jsonDrillLogin(l))
	}
	return j
}

// writeJSON writes a document with its hidden characters escaped.
func writeJSON(w io.Writer, document any, what string) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("writing %s as JSON: %w", what, err)
	}
	_, err := w.Write(escapeHidden(b.Bytes()))
	return err
}
