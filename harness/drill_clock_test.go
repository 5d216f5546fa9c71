package harness_test

import (
	"context"
	"testing"
	"time"

	"github.com/samlproof/samlproof/harness"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/samlproof/samlproof/harness/saml"
	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClockMeasuresTheMock(t *testing.T) {
	t.Parallel()
	names := []string{"enhanced", "legacy"}
	if underRace {
		names = names[:1] // what runs side by side is the same for each
	}
	for _, name := range names {
		d, err := harness.DrillClock(context.Background(), example(t, name), harness.ClockOptions{Options: drillTime})
		require.NoError(t, err)
		golden(t, "clock-"+name, d)
		assert.Equal(t, report.Pass, d.Verdict())
		require.Len(t, d.Measures, 4)
		ahead, behind := d.Measures[0], d.Measures[2]
		assert.Equal(t, 210*time.Second, ahead.Accepted)
		assert.Equal(t, 211*time.Second, ahead.Refused)
		assert.Equal(t, 30*time.Second, ahead.Window)
		assert.Equal(t, 300*time.Second, behind.Window)
		assert.Equal(t, 180*time.Second, ahead.Tolerance)
		assert.Equal(t, 180*time.Second, behind.Tolerance)
		for _, m := range d.Measures {
			assert.Equal(t, time.Second, m.Refused-m.Accepted, m.Name)
		}
	}
}

// holding is a judge that allows clocks to differ by some time, each way.
func holding(before, after time.Duration) func(*settings.Flex, *saml.Message, []string, time.Time) saml.Verdict {
	return func(_ *settings.Flex, m *saml.Message, _ []string, now time.Time) saml.Verdict {
		doc, err := saml.Parse(m.XML, saml.Limits{})
		if err != nil {
			return saml.Verdict{Status: 400, Text: err.Error()}
		}
		conditions := saml.ReadResponse(doc).Assertions[0].Conditions
		from, _ := saml.ParseTime(conditions.Attr("NotBefore").Value())
		until, _ := saml.ParseTime(conditions.Attr("NotOnOrAfter").Value())
		switch {
		case before >= 0 && now.Before(from.Add(-before)):
			return saml.Verdict{Status: 400, Text: "too early"}
		case after >= 0 && !now.Before(until.Add(after)):
			return saml.Verdict{Status: 400, Text: "too late"}
		}
		return saml.Verdict{Accepted: true}
	}
}

// A service provider that allows less, or looks at no bound, is told from Flex.
func TestClockMeasuresAnotherServiceProvider(t *testing.T) {
	if underRace {
		t.Skip("what runs side by side here does so in TestClockMeasuresTheMock, too")
	}
	t.Parallel()
	opt := drillTime
	opt.Judge = holding(7*time.Second, 0)
	d, err := harness.DrillClock(context.Background(), example(t, "enhanced"), harness.ClockOptions{Options: opt, Most: time.Hour})
	require.NoError(t, err)
	assert.Equal(t, report.Fail, d.Verdict())
	assert.Equal(t, 7*time.Second, d.Measures[0].Tolerance)
	assert.Equal(t, "too early", d.Measures[0].Sees)
	assert.Equal(t, 37*time.Second, d.Measures[0].Accepted)
	assert.Equal(t, time.Duration(0), d.Measures[2].Tolerance)
	assert.Equal(t, 299*time.Second, d.Measures[2].Accepted)
	assert.Equal(t, "too late", d.Measures[2].Sees)

	opt.Judge = holding(-1, 180*time.Second)
	d, err = harness.DrillClock(context.Background(), example(t, "enhanced"), harness.ClockOptions{Options: opt, Most: time.Hour})
	require.NoError(t, err)
	assert.Equal(t, report.Fail, d.Verdict())
	assert.True(t, d.Measures[0].Unlimited())
	assert.Equal(t, time.Hour, d.Measures[0].Accepted)
	assert.Equal(t, 1, d.Measures[0].Tries)
	assert.False(t, d.Measures[2].Unlimited())
	assert.Contains(t, d.Result, "as far as one likes")
}
