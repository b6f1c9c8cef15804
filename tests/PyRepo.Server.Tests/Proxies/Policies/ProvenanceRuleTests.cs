using PyRepo.Resources.Attesting;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class ProvenanceRuleTests
{
    const string Sentence =
        "is attested by GitHub evil/lib release.yml, but earlier files are attested by GitHub acme/lib";

    static readonly ProvenanceSpec _hold = new() { Action = PolicyAction.Hold };

    static readonly ProvenanceSpec _demanding = new()
    {
        Action = PolicyAction.Hide,
        Require =
        [
            new AttestationRequirement
            {
                Projects = ["de*"],
                Publishers =
                [
                    new() { Kind = AttestedPublisherKind.GitHub, Repository = "acme/lib", Workflow = "release.yml" },
                ],
            },
        ],
    };

    [Fact]
    public void A_file_of_another_publisher_is_held_until_it_is_old_enough()
    {
        var file = File(days: 2, By("evil/lib", "GitHub acme/lib"));
        Assert.Equal(
            new Verdict("provenance", "holdFor 7d", Sentence, PolicyFiles.Now.AddDays(-2), PolicyFiles.Now.AddDays(5)),
            Judge(_hold, file));
        Assert.Null(Judge(_hold, File(days: 7, By("evil/lib", "GitHub acme/lib"))));
        var longer = _hold with { HoldFor = Duration.FromDays(8) };
        Assert.NotNull(Judge(longer, File(days: 7, By("evil/lib", "GitHub acme/lib"))));
    }

    [Fact]
    public void Hide_hides_it_for_good() => Assert.Equal(
        new Verdict("provenance", null, Sentence, PolicyFiles.Now.AddDays(-900)),
        Judge(new() { Action = PolicyAction.Hide }, File(days: 900, By("evil/lib", "GitHub acme/lib"))));

    [Fact]
    public void Report_shows_it_and_says_so()
    {
        var policy = GetPolicy(new ProvenanceSpec());
        var file = Assert.Single(policy.Apply(
            PolicyFiles.Project("demo", File(days: 1, By("evil/lib", "GitHub acme/lib"))), PolicyFiles.Now).Files);
        Assert.True(file.IsVisible);
        Assert.Equal(Sentence, Assert.Single(file.Reported).Reason);
        Assert.Null(policy.Judge(file.Distribution, PolicyFiles.Now));
    }

    [Fact]
    public void A_file_that_is_no_longer_held_is_reported_without_an_end()
    {
        var file = Assert.Single(GetPolicy(_hold).Apply(
            PolicyFiles.Project("demo", File(days: 8, By("evil/lib", "GitHub acme/lib"))), PolicyFiles.Now).Files);
        Assert.True(file.IsVisible);
        Assert.Equal((Sentence, null), (Assert.Single(file.Reported).Reason, file.Reported[0].Until));
    }

    [Fact]
    public void What_is_not_verified_yet_is_not_reported()
    {
        var pending = VerifiedProvenance.Pending with { Established = ["GitHub acme/lib"] };
        Assert.Empty(Assert.Single(GetPolicy(new()).Apply(
            PolicyFiles.Project("demo", File(days: 1, pending)), PolicyFiles.Now).Files).Reported);
    }

    [Fact]
    public void Without_the_ratchet_the_publisher_may_change() =>
        Assert.Null(Judge(_hold with { Ratchet = false }, File(days: 1, By("evil/lib", "GitHub acme/lib"))));

    [Theory]
    [InlineData(
        ProvenanceVerdict.Absent, "has no attestation, but earlier files are attested by GitHub acme/lib")]
    [InlineData(
        ProvenanceVerdict.Pending,
        "has attestations that are not verified yet, but earlier files are attested by GitHub acme/lib")]
    [InlineData(
        ProvenanceVerdict.Refused,
        "has an attestation that is not proved (Signature): no, but earlier files are attested by GitHub acme/lib")]
    public void A_file_without_a_proved_attestation_is_held_as_well(ProvenanceVerdict verdict, string reason)
    {
        var provenance = new VerifiedProvenance
        {
            Verdict = verdict,
            Problem = "has an attestation that is not proved (Signature): no",
            Established = ["GitHub acme/lib"],
        };
        Assert.Equal(reason, Judge(_hold, File(days: 1, provenance))!.Reason);
        Assert.Null(Judge(_hold, File(days: 1, provenance with { Established = null })));
    }

    [Fact]
    public void A_demanded_publisher_counts_whoever_attested_earlier_files()
    {
        Assert.Null(Judge(_demanding, File(days: 1, By("acme/lib", "GitHub old/lib"))));
        Assert.Equal(
            "is attested by GitHub evil/lib release.yml, but must be by GitHub acme/lib release.yml (Publisher)",
            Judge(_demanding, File(days: 1000, By("evil/lib")))!.Reason);
    }

    [Theory]
    [InlineData(null, null, "must have an attestation by GitHub acme/lib release.yml, and has none")]
    [InlineData(null, "x", "must be attested by GitHub acme/lib release.yml, which is not verified yet")]
    [InlineData(ProvenanceVerdict.Absent, "x", "must have an attestation by GitHub acme/lib release.yml, and has none")]
    [InlineData(
        ProvenanceVerdict.Pending, "x", "must be attested by GitHub acme/lib release.yml, which is not verified yet")]
    [InlineData(ProvenanceVerdict.Refused, "x", "is not proved")]
    public void What_is_demanded_and_not_proved_is_hidden(ProvenanceVerdict? verdict, string? document, string reason)
    {
        var verified = verdict is null
            ? null
            : new VerifiedProvenance { Verdict = verdict.Value, Problem = "is not proved" };
        var file = File(days: 1000, verified) with { Provenance = document };
        Assert.Equal(reason, Judge(_demanding, file)!.Reason);
    }

    [Fact]
    public void A_project_that_no_entry_names_is_subject_to_the_ratchet_alone()
    {
        var other = PolicyFiles.File("other-1.0.tar.gz", "other", days: 1);
        Assert.Null(Judge(_demanding, other));
        Assert.NotNull(Judge(_demanding, other with { Verified = By("evil/lib", "GitHub acme/lib") }));
    }

    [Fact]
    public void A_person_can_waive_it()
    {
        var policy = GetPolicy(_hold) with
        {
            Waivers = new([WaiverTests.Waive("demo==1.0", PolicyFiles.Now.AddDays(1), WaivedRule.Provenance)]),
        };
        var file = Assert.Single(policy.Apply(
            PolicyFiles.Project("demo", File(days: 1, By("evil/lib", "GitHub acme/lib"))), PolicyFiles.Now).Files);
        Assert.True(file.IsVisible);
        Assert.Equal("provenance", Assert.Single(file.Waivers).Rule);
    }

    [Fact]
    public void A_file_whose_age_nobody_knows_is_held_without_an_end()
    {
        var file = File(days: 1, By("evil/lib", "GitHub acme/lib")) with { AvailableSince = null, UploadedAt = null };
        Assert.Null(Judge(_hold, file)!.Until);
    }

    static Verdict? Judge(ProvenanceSpec spec, Distribution file) => GetPolicy(spec).Judge(file, PolicyFiles.Now);

    static Policy GetPolicy(ProvenanceSpec spec) => new() { Version = "1", Rules = [new ProvenanceRule(spec)] };

    static Distribution File(double days, VerifiedProvenance? verified) =>
        PolicyFiles.File("demo-1.0.tar.gz", "demo", days) with { Verified = verified };

    static VerifiedProvenance By(string repository, params string[] established) => new()
    {
        Verdict = ProvenanceVerdict.Verified,
        Established = established.Length == 0 ? null : established,
        Attestations =
        [
            new ProvenAttestation
            {
                Publisher = $"GitHub {repository} release.yml",
                Kind = "GitHub",
                Name = repository,
                Workflow = "release.yml",
                Issuer = "https://token.actions.githubusercontent.com",
                SignedAt = PolicyFiles.Now,
                Log = "rekor.test",
                LogIndex = 1,
            },
        ],
    };
}
