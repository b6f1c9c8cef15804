using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class PolicyFindingsTests
{
    const string Changed = "is attested by GitHub evil/lib", Unverified = "has attestations that are not verified yet";

    readonly FakeClock _clock = new();
    readonly LogLines _log = new();
    readonly PolicyFindings _findings;

    public PolicyFindingsTests() => _findings = new(_clock, _log);

    [Fact]
    public void What_is_found_out_about_a_file_is_logged_once_also_under_another_policy()
    {
        for (var i = 0; i < 3; i++)
        {
            _findings.Note(Project("demo", Held("demo-1.tar.gz", Changed)));
            _findings.Clear();
        }
        Assert.Equal(["Provenance: 'demo-1.tar.gz' is attested by GitHub evil/lib."], _log.TakeAll());
    }

    [Fact]
    public void That_a_file_is_not_verified_yet_is_counted_and_not_logged_but_what_comes_out_is()
    {
        _findings.Note(Project("demo", Held("demo-1.tar.gz", Unverified, isPending: true)));
        Assert.Single(_findings.GetHidden());
        Assert.Empty(_log.TakeAll());
        _findings.Note(Project("demo", Held("demo-1.tar.gz", Changed)));
        Assert.Single(_log.TakeAll());
    }

    [Fact]
    public void What_is_no_longer_held_or_known_is_not_counted()
    {
        _findings.Note(Project("demo", Held("demo-1.tar.gz", Changed, until: _clock.GetUtcNow().AddDays(1))));
        _findings.Note(Project("other", Held("other-1.tar.gz", Changed)));
        Assert.Equal(2, _findings.GetHidden().Count);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("other-1.tar.gz", Assert.Single(_findings.GetHidden()).File);
        _findings.Forget(ProjectName.Parse("other"));
        Assert.Empty(_findings.GetHidden());
    }

    [Fact]
    public void Of_many_the_newest_are_kept()
    {
        var files = Enumerable.Range(1, 120).Select(day => Held($"demo-{day}.tar.gz", Changed, days: -day)).Reverse();
        _findings.Note(Project("demo", [.. files]));
        var hidden = _findings.GetHidden();
        Assert.Equal((100, "demo-1.tar.gz"), (hidden.Count, hidden[0].File));
    }

    static ProjectSnapshot Project(string name, params SnapshotFile[] files) =>
        PolicyFiles.Project(name) with { Files = [.. files] };

    SnapshotFile Held(
        string fileName, string reason, bool isPending = false, int days = 0, DateTimeOffset? until = null) =>
        new(PolicyFiles.File(fileName, fileName.Split('-')[0]) with
        {
            Verified = isPending ? VerifiedProvenance.Pending : VerifiedProvenance.Absent,
        })
        {
            HiddenBy = [new Verdict("provenance", null, reason, _clock.GetUtcNow().AddDays(days), until)],
        };
}
