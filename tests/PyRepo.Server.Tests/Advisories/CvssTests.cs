using PyRepo.Advisories;
using PyRepo.Resources.Proxied;

namespace PyRepo.Server.Tests.Advisories;

public sealed class CvssTests
{
    /// <summary>From the examples of <see href="https://www.first.org/cvss/v2/guide#3-3-Examples">CVSS 2.0</see>, and
    /// of a published calculator.</summary>
    [Theory]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8)]
    [InlineData("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0)]
    [InlineData("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2)]
    [InlineData("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5)]
    [InlineData("AV:L/AC:H/Au:M/C:N/I:N/A:N", 0.0)]
    [InlineData("AV:L/AC:H/Au:M/C:N/I:N/A:P", 0.8)]
    [InlineData("AV:L/AC:H/Au:S/C:C/I:C/A:C", 6.0)]
    [InlineData("AV:L/AC:M/Au:N/C:P/I:P/A:P", 4.4)]
    [InlineData("AV:L/AC:L/Au:N/C:C/I:C/A:C", 7.2)]
    [InlineData("AV:A/AC:M/Au:M/C:N/I:P/A:C", 5.4)]
    [InlineData("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8)]
    public void Version_2_scores_as_published(string vector, double score) =>
        Assert.Equal(score, CvssV2.BaseScore(vector));

    /// <summary>Most are from the examples of
    /// <see href="https://www.first.org/cvss/v3.1/examples">CVSS 3.1</see>.</summary>
    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9)]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 4.6)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:N", 5.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8)]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8)]
    [InlineData("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H/E:P/RL:O", 7.5)]
    [InlineData("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H", 9.0)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:N", 6.5)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0.0)]
    public void Version_3_scores_as_published(string vector, double score) =>
        Assert.Equal(score, CvssV3.BaseScore(vector));

    /// <summary>From published calculators.</summary>
    [Theory]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:L/SC:N/SI:H/SA:L", 9.2)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/SC:H/SI:N/SA:L", 7.8)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N", 6.9)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:H/SI:L/SA:H", 7.9)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:N/VA:L/SC:N/SI:H/SA:N", 8.3)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:P/VC:L/VI:N/VA:L/SC:N/SI:H/SA:N", 6.3)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:A/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.6)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:A/VC:H/VI:H/VA:N/SC:N/SI:L/SA:L", 8.5)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:A/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", 5.1)]
    [InlineData("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:N/VA:L/SC:N/SI:L/SA:N", 7.1)]
    [InlineData("AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:H/SC:N/SI:N/SA:L", 7.2)]
    [InlineData("AV:N/AC:L/AT:N/PR:L/UI:A/VC:H/VI:H/VA:H/SC:H/SI:N/SA:H", 9.3)]
    [InlineData("AV:N/AC:L/AT:N/PR:L/UI:A/VC:L/VI:L/VA:H/SC:H/SI:N/SA:N", 8.2)]
    [InlineData("AV:N/AC:L/AT:N/PR:H/UI:P/VC:L/VI:L/VA:N/SC:L/SI:N/SA:N", 4.8)]
    [InlineData("AV:N/AC:L/AT:N/PR:H/UI:A/VC:L/VI:N/VA:N/SC:H/SI:N/SA:H", 6.0)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:N/SA:H", 9.5)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:N/VA:N/SC:L/SI:L/SA:H", 9.0)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:L/VA:L/SC:H/SI:L/SA:L", 7.0)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:P/VC:L/VI:L/VA:N/SC:H/SI:N/SA:N", 4.9)]
    [InlineData("AV:N/AC:L/AT:P/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:N/SA:N", 2.1)]
    [InlineData("AV:N/AC:L/AT:P/PR:L/UI:N/VC:L/VI:L/VA:N/SC:L/SI:H/SA:H", 5.6)]
    [InlineData("AV:N/AC:L/AT:P/PR:L/UI:N/VC:N/VI:N/VA:N/SC:N/SI:L/SA:N", 2.3)]
    [InlineData("AV:N/AC:L/AT:P/PR:L/UI:A/VC:H/VI:H/VA:L/SC:L/SI:L/SA:L", 7.3)]
    [InlineData("AV:N/AC:L/AT:P/PR:H/UI:N/VC:H/VI:H/VA:N/SC:H/SI:N/SA:L", 8.6)]
    [InlineData("AV:N/AC:L/AT:P/PR:H/UI:A/VC:N/VI:L/VA:L/SC:L/SI:N/SA:N", 1.8)]
    [InlineData("AV:N/AC:L/AT:P/PR:H/UI:A/VC:N/VI:N/VA:H/SC:L/SI:N/SA:L", 5.6)]
    [InlineData("AV:N/AC:H/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:L/SI:H/SA:L", 9.4)]
    [InlineData("AV:N/AC:H/AT:N/PR:L/UI:P/VC:L/VI:N/VA:N/SC:H/SI:H/SA:H", 5.5)]
    [InlineData("AV:N/AC:H/AT:N/PR:L/UI:A/VC:L/VI:L/VA:L/SC:H/SI:H/SA:H", 5.2)]
    [InlineData("AV:N/AC:H/AT:N/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:H/SA:N", 4.0)]
    [InlineData("AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:L/VA:N/SC:L/SI:L/SA:H", 9.1)]
    [InlineData("AV:L/AC:H/AT:P/PR:L/UI:A/VC:H/VI:L/VA:H/SC:H/SI:L/SA:N", 5.8)]
    [InlineData("AV:L/AC:H/AT:P/PR:H/UI:N/VC:H/VI:N/VA:N/SC:N/SI:H/SA:L", 6.8)]
    [InlineData("AV:L/AC:H/AT:P/PR:H/UI:P/VC:H/VI:H/VA:H/SC:L/SI:L/SA:H", 7.0)]
    [InlineData("AV:P/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:L/SC:L/SI:H/SA:H", 8.5)]
    [InlineData("AV:P/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:L/SI:N/SA:H", 6.8)]
    [InlineData("AV:P/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:L/SC:L/SI:L/SA:N", 2.4)]
    [InlineData("AV:P/AC:L/AT:N/PR:L/UI:P/VC:H/VI:H/VA:N/SC:N/SI:L/SA:H", 8.3)]
    [InlineData("AV:P/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:L/SC:H/SI:L/SA:H", 4.5)]
    [InlineData("AV:P/AC:L/AT:N/PR:H/UI:P/VC:H/VI:H/VA:H/SC:N/SI:L/SA:L", 7.0)]
    [InlineData("AV:P/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:L/SC:H/SI:N/SA:L", 6.9)]
    [InlineData("AV:P/AC:L/AT:P/PR:N/UI:N/VC:L/VI:L/VA:L/SC:H/SI:H/SA:L", 2.3)]
    [InlineData("AV:P/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:N/SC:H/SI:H/SA:H", 7.2)]
    [InlineData("AV:P/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:L/SI:N/SA:L", 5.4)]
    [InlineData("AV:P/AC:H/AT:P/PR:L/UI:N/VC:H/VI:H/VA:L/SC:L/SI:L/SA:L", 5.3)]
    [InlineData("AV:P/AC:H/AT:N/PR:H/UI:A/VC:L/VI:L/VA:L/SC:L/SI:L/SA:L", 1.0)]
    [InlineData("AV:P/AC:H/AT:N/PR:H/UI:A/VC:H/VI:L/VA:L/SC:N/SI:N/SA:L", 4.4)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0)]
    [InlineData("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0)]
    public void Version_4_scores_as_published(string metrics, double score)
    {
        Assert.Equal(score, CvssV4.BaseScore($"CVSS:4.0/{metrics}"));
        Assert.Equal(score, CvssV4.BaseScore($"CVSS:4.0/{metrics}/E:U/CR:L/MAV:P/S:P/U:Clear"));
    }

    [Fact]
    public void Every_vector_of_version_4_scores_no_higher_than_a_more_severe_one()
    {
        string[] names = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];
        string[] values = ["NALP", "LH", "NP", "NLH", "NPA", "HLN", "HLN", "HLN", "HLN", "HLN", "HLN"];
        // Each vector is compared with the one that is a step worse in the first metric that can be.
        foreach (var indexes in Combinations(values.Select(value => value.Length).ToArray()))
        {
            var score = GetScore(indexes);
            Assert.InRange(score, 0, 10);
            var worse = Array.FindIndex(indexes, index => index > 0);
            if (worse < 0)
                continue;
            indexes[worse]--;
            Assert.True(score <= GetScore(indexes) + 0.1);
            indexes[worse]++;
        }

        double GetScore(int[] indexes) => CvssV4.BaseScore(
            $"CVSS:4.0/{string.Join('/', names.Select((name, i) => $"{name}:{values[i][indexes[i]]}"))}")!.Value;
    }

    [Theory]
    [InlineData("")]
    [InlineData("CVSS:3.1/")]
    [InlineData("CVSS:3.1/AV:N")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:X/C:H/I:H/A:H")]
    [InlineData("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:")]
    [InlineData("CVSS:3.1/AV:NA/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:L/SC:N/SI:S/SA:L")]
    [InlineData("9.8")]
    public void Invalid_text_has_no_score(string text)
    {
        Assert.Null(CvssV2.BaseScore(text));
        Assert.Null(CvssV3.BaseScore(text));
        Assert.Null(CvssV4.BaseScore(text));
        Assert.Null(SeverityRating.OfVector("CVSS_V3", text));
    }

    [Theory]
    [InlineData(10, Severity.Critical)]
    [InlineData(9.0, Severity.Critical)]
    [InlineData(8.9, Severity.High)]
    [InlineData(7.0, Severity.High)]
    [InlineData(6.9, Severity.Medium)]
    [InlineData(4.0, Severity.Medium)]
    [InlineData(3.9, Severity.Low)]
    [InlineData(0.0, Severity.Low)]
    public void A_score_has_a_rating(double score, Severity rating) =>
        Assert.Equal(rating, SeverityRating.OfScore(score));

    static IEnumerable<int[]> Combinations(int[] lengths)
    {
        var indexes = new int[lengths.Length];
        while (true)
        {
            yield return indexes;
            var position = 0;
            while (position < lengths.Length && ++indexes[position] == lengths[position])
                indexes[position++] = 0;
            if (position == lengths.Length)
                yield break;
        }
    }
}
