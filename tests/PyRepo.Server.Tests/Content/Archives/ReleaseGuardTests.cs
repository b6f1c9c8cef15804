using PyRepo.Packaging.Inspection;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Tests.Proxies.Policies;

namespace PyRepo.Server.Tests.Content.Archives;

/// <summary>Each rule of the release guard, on facts that were gathered before.</summary>
public sealed class ReleaseGuardTests
{
    static readonly TimeSpan _week = TimeSpan.FromDays(7);

    static readonly ArchiveFacts _plain = new() { TopLevel = ["demo"], Requirements = ["six"] };

    static readonly ArchiveFacts _startup = _plain with { StartupFiles = [new("demo_init.pth", "aa")] };

    [Fact]
    public void A_startup_file_is_found_and_said_to_be_the_first() => Assert.Equal(
        [
            new GuardFinding(
                GuardRule.StartupFile, "has the file demo_init.pth, which runs whenever the interpreter starts"),
            new GuardFinding(
                GuardRule.NewStartupFile,
                "has the file demo_init.pth, which runs whenever the interpreter starts, and the last releases had none"),
        ],
        Judge(Wheel("2.0", days: 1, _startup), Wheel("1.0", days: 100, _plain)));

    [Fact]
    public void Of_the_first_release_nothing_is_said_about_earlier_ones() =>
        Assert.Equal([GuardRule.StartupFile], Rules(Wheel("1.0", days: 1, _startup)));

    [Fact]
    public void A_startup_file_that_the_last_releases_have_is_no_news()
    {
        Assert.Empty(Rules(Wheel("2.0", days: 1, _startup), Wheel("1.0", days: 100, _startup)));
        var changed = _startup with { StartupFiles = [new("demo_init.pth", "bb")] };
        Assert.Equal(
            [GuardRule.StartupFile], Rules(Wheel("2.0", days: 1, changed), Wheel("1.0", days: 100, _startup)));
    }

    [Fact]
    public void An_attacker_cannot_establish_a_startup_file_with_a_release_an_hour_before() => Assert.Equal(
        [GuardRule.StartupFile, GuardRule.NewStartupFile],
        Rules(
            Wheel("2.1", days: 1, _startup), Wheel("2.0", days: 1.1, _startup), Wheel("1.0", days: 100, _plain)));

    [Fact]
    public void What_takes_the_place_of_an_interpreter_is_found() => Assert.Equal(
        [GuardRule.ShadowsInterpreter], Rules(Wheel("1.0", days: 1, _plain with { Commands = ["python3"] })));

    [Fact]
    public void What_RECORD_does_not_say_is_found_and_so_is_an_archive_that_cannot_be_read()
    {
        Assert.Equal(
            [GuardRule.RecordMismatch], Rules(Wheel("1.0", days: 1, _plain with { Unrecorded = ["demo/x.py"] })));
        Assert.Equal(
            [GuardRule.RecordMismatch], Rules(Wheel("1.0", days: 1, _plain with { Missing = ["demo/x.py"] })));
        Assert.Equal(
            [GuardRule.RecordMismatch], Rules(Wheel("1.0", days: 1, ArchiveFacts.Unreadable("it is cut off"))));
    }

    [Fact]
    public void What_writes_into_the_package_of_another_project_is_found_unless_it_always_did()
    {
        var foreign = Wheel("2.0", days: 1, _plain with { TopLevel = ["demo", "requests"] }) with
        {
            Foreign = [new("requests", "requests")],
        };
        Assert.Equal([GuardRule.OutsideItsPackage], Rules(foreign, Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(foreign, Wheel("1.0", days: 100, foreign.Facts!)));
    }

    [Fact]
    public void The_first_compiled_wheel_is_found()
    {
        var compiled = _plain with { NativeFiles = ["demo/x.so"] };
        Assert.Equal(
            [GuardRule.NewNativeCode], Rules(Wheel("2.0", days: 1, compiled), Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(Wheel("2.0", days: 1, compiled), Wheel("1.0", days: 100, compiled)));
        Assert.Empty(Rules(Wheel("2.0", days: 1, compiled)));
        // Those of the last releases may be known by their names alone.
        var before = new GuardedFile(
            PolicyFiles.File("demo-1.0-cp312-cp312-win_amd64.whl", "demo", days: 100), Facts: null);
        Assert.Empty(Rules(Wheel("2.0", days: 1, compiled), Wheel("1.0", days: 100, _plain), before));
    }

    [Fact]
    public void A_file_that_is_added_to_an_old_release_is_found()
    {
        Assert.Equal([GuardRule.OldReleaseNewFile], Rules(Wheel("1.0", days: 1, _plain), Sdist("1.0", days: 100)));
        Assert.Empty(Rules(Wheel("1.0", days: 87, _plain), Sdist("1.0", days: 100)));
        // Who asks for 1.0 gets 1.0+1, too. Where there is no 1.0, builds of it follow each other for long.
        Assert.Equal([GuardRule.OldReleaseNewFile], Rules(Wheel("1.0+1", days: 1, _plain), Sdist("1.0", days: 100)));
        Assert.Empty(Rules(Wheel("1.0+b", days: 1, _plain), Sdist("1.0+a", days: 100)));
        // No installer of today takes an egg.
        var egg = new GuardedFile(PolicyFiles.File("demo-1.0-py2.7.egg", "demo", days: 1), Facts: null);
        Assert.Empty(Rules(egg, Sdist("1.0", days: 100)));
    }

    [Fact]
    public void A_release_without_wheels_is_found_if_the_last_ones_had_some()
    {
        Assert.Equal([GuardRule.SdistOnlyNow], Rules(Sdist("2.0", days: 1), Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(Sdist("2.0", days: 1), Wheel("2.0", days: 1, _plain), Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(Sdist("2.0", days: 1), Sdist("1.5", days: 50), Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(Sdist("1.0", days: 1)));
    }

    [Fact]
    public void A_young_project_that_a_release_begins_to_require_is_found()
    {
        var file = Wheel("2.0", days: 1, _plain with { Requirements = ["six", "young"] }) with
        {
            Dependencies = new Dictionary<string, DateTimeOffset> { ["young"] = PolicyFiles.Now.AddDays(-2) },
        };
        Assert.Equal(
            [
                new GuardFinding(
                    GuardRule.YoungDependency,
                    "requires 'young', which the last releases do not require, and which is there only since "
                        + "2026-01-29T12:00:00Z"),
            ],
            Judge(file, Wheel("1.0", days: 100, _plain)));
        Assert.Empty(Rules(file, Wheel("1.0", days: 100, file.Facts!)));
        Assert.Empty(Rules(file));
    }

    [Fact]
    public void A_project_that_upstream_does_not_have_is_a_young_one()
    {
        var file = Wheel("2.0", days: 1, _plain with { Requirements = ["later"] }) with
        {
            Dependencies = new Dictionary<string, DateTimeOffset> { ["later"] = ReleaseGuard.Missing },
        };
        Assert.Equal(
            ["requires 'later', which the last releases do not require, and which upstream did not have when it was "
                + "inspected"],
            Judge(file, Wheel("1.0", days: 100, _plain)).Select(finding => finding.Reason));
    }

    [Fact]
    public void A_new_project_with_almost_the_name_of_one_in_use_is_found()
    {
        Assert.Equal([GuardRule.LookAlike], Rules("demos", Wheel("1.0", days: 1, _plain)));
        Assert.Empty(Rules("demos", Wheel("2.0", days: 1, _plain), Wheel("1.0", days: 91, _plain)));
    }

    [Fact]
    public void What_was_there_before_anybody_looked_is_judged_by_its_content_alone()
    {
        List<GuardedFile> files = [Wheel("1.0", days: 30, _startup), Sdist("1.0", days: 100)];
        var guard = new ReleaseGuard(files, _week, "demos");
        Assert.Equal([GuardRule.StartupFile], guard.Judge(files[0], isNew: false).Select(finding => finding.Rule));
        Assert.Equal(3, guard.Judge(files[0], isNew: true).Count());
    }

    static IEnumerable<GuardRule> Rules(params GuardedFile[] files) => Judge(files).Select(finding => finding.Rule);

    static IEnumerable<GuardRule> Rules(string lookAlike, params GuardedFile[] files) =>
        new ReleaseGuard(files, _week, lookAlike).Judge(files[0], isNew: true).Select(finding => finding.Rule);

    /// <summary>Judges the first of the files.</summary>
    static IEnumerable<GuardFinding> Judge(params GuardedFile[] files) =>
        new ReleaseGuard(files, _week, null) { MinimumAge = _week }.Judge(files[0], isNew: true);

    static GuardedFile Wheel(string version, double days, ArchiveFacts facts) =>
        new(PolicyFiles.Wheel("demo", version, days), facts);

    static GuardedFile Sdist(string version, double days) =>
        new(PolicyFiles.File($"demo-{version}.tar.gz", "demo", days), Facts: null);
}
