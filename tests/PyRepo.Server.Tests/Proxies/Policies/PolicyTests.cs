using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.Values;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Tests.Proxies.Policies;

public sealed class PolicyTests
{
    static readonly DateTimeOffset _now = PolicyFiles.Now;

    [Theory]
    [InlineData("evil", "evil", "1.0", true)]
    [InlineData("Evil_Twin", "evil-twin", "1.0", true)]
    [InlineData("evil", "evil-twin", "1.0", false)]
    [InlineData("acme-*", "acme-lib", "1.0", true)]
    [InlineData("acme-*", "acme", "1.0", false)]
    [InlineData("urllib3<2", "urllib3", "1.26.19", true)]
    [InlineData("urllib3<2", "urllib3", "2.0b1", false)]
    [InlineData("urllib3<2", "urllib3", "2.0", false)]
    [InlineData("urllib3 >= 1.0, < 2", "urllib3", "1.5", true)]
    [InlineData("urllib3[socks]==1.*", "urllib3", "1.5", true)]
    [InlineData("*==6.6.6", "anything", "6.6.6", true)]
    [InlineData("*==6.6.6", "anything", "6.6.5", false)]
    public void Block_hides_what_an_entry_names(string entry, string project, string version, bool isHidden) =>
        Assert.Equal(
            isHidden, new BlockRule(new([entry])).Judge(PolicyFiles.Wheel(project, version), _now) is not null);

    [Fact]
    public void A_file_that_upstream_dates_at_the_end_of_time_is_hidden_until_then()
    {
        var file = PolicyFiles.Wheel("demo", "1.0") with { AvailableSince = DateTimeOffset.MaxValue };
        var verdict = new MinimumAgeRule(Duration.FromDays(7), new([])).Judge(file, _now);
        Assert.Equal(DateTimeOffset.MaxValue, verdict?.Until);
    }

    [Theory]
    [InlineData("old<2", true)]
    [InlineData("old>=2", true)]
    [InlineData("old", true)]
    [InlineData("old===2004d", true)]
    [InlineData("old===2005d", false)]
    public void An_invalid_version_is_hidden_by_any_blocking_specifier(string entry, bool isHidden) =>
        Assert.Equal(
            isHidden, new BlockRule(new([entry])).Judge(PolicyFiles.File("old-2004d.tar.gz", "old"), _now) is not null);

    [Theory]
    [InlineData("requests", "2.0", true)]
    [InlineData("requests>=2.31", "2.31.0", true)]
    [InlineData("requests>=2.31", "2.30.0", false)]
    [InlineData("req*", "2.30.0", true)]
    [InlineData("flask", "2.30.0", false)]
    public void Allow_shows_only_what_an_entry_names(string entry, string version, bool isVisible) => Assert.Equal(
        isVisible, new AllowRule(new([entry])).Judge(PolicyFiles.Wheel("requests", version), _now) is null);

    [Fact]
    public void An_invalid_version_is_allowed_only_by_an_entry_without_versions()
    {
        var file = PolicyFiles.File("old-2004d.tar.gz", "old");
        Assert.NotNull(new AllowRule(new(["old>=1"])).Judge(file, _now));
        Assert.Null(new AllowRule(new(["old"])).Judge(file, _now));
        Assert.Null(new AllowRule(new(["old>=1", "old===2004d"])).Judge(file, _now));
    }

    [Fact]
    public void A_project_that_allow_does_not_name_is_not_known_and_one_whose_versions_it_forbids_is()
    {
        var policy = new Policy { Version = "1", Allowed = new AllowRule(new(["requests>=2.31", "acme-*"])) };
        Assert.NotNull(policy.Judge(ProjectName.Parse("flask")));
        Assert.Null(policy.Judge(ProjectName.Parse("acme-lib")));
        Assert.Null(policy.Judge(ProjectName.Parse("requests")));
        var judged = policy.Apply(PolicyFiles.Project("requests", PolicyFiles.Wheel("requests", "2.0")), _now);
        Assert.Empty(judged.Visible);
        Assert.Equal(
            (ProjectStatus.Quarantined, "blocked by policy: allow requests>=2.31"),
            (judged.Status, judged.StatusReason));
    }

    [Fact]
    public void A_file_is_hidden_until_it_has_the_minimum_age()
    {
        var rule = new MinimumAgeRule(Duration.FromDays(7), new([]));
        var file = PolicyFiles.Wheel("requests", "2.0", days: 3);
        var verdict = rule.Judge(file, _now)!;
        Assert.Equal(
            ("minimumAge", "7d", "is younger than 7d", _now.AddDays(-3), _now.AddDays(4)),
            (verdict.Rule, verdict.Entry, verdict.Reason, verdict.Since, verdict.Until));
        Assert.NotNull(rule.Judge(file, verdict.Until!.Value.AddTicks(-1)));
        Assert.Null(rule.Judge(file, verdict.Until.Value));
        Assert.NotNull(rule.Judge(file with { AvailableSince = null }, _now));
    }

    [Theory]
    [InlineData("requests", true)]
    [InlineData("requests==2.0", true)]
    [InlineData("requests==2.1", false)]
    [InlineData("req*", true)]
    [InlineData("flask", false)]
    public void An_exempt_project_needs_no_minimum_age(string entry, bool isExempt) => Assert.Equal(
        isExempt,
        new MinimumAgeRule(Duration.FromDays(7), new([entry]))
            .Judge(PolicyFiles.Wheel("requests", "2.0", days: 0), _now) is null);

    [Fact]
    public void A_frozen_index_hides_what_is_newer_or_of_unknown_age()
    {
        var rule = new AsOfRule(_now.AddDays(-10));
        Assert.Null(rule.Judge(PolicyFiles.Wheel("requests", "2.0", days: 10), _now));
        Assert.NotNull(rule.Judge(PolicyFiles.Wheel("requests", "2.0", days: 9.99), _now));
        Assert.NotNull(rule.Judge(PolicyFiles.Wheel("requests", "2.0") with { AvailableSince = null }, _now));
    }

    [Theory]
    [InlineData("requests-2.0-py3-none-any.whl", "bdist_wheel", true)]
    [InlineData("requests-2.0.tar.gz", "bdist_wheel", false)]
    [InlineData("requests-2.0.tar.gz", "sdist", true)]
    [InlineData("requests-2.0.win32.exe", "sdist", false)]
    [InlineData("requests-2.0-py3-none-any-null.whl", "bdist_wheel", true)]
    [InlineData("requests-2.0-variants.json", "bdist_wheel", true)]
    [InlineData("requests-2.0-variants.json", "sdist", false)]
    public void Only_the_allowed_package_types_are_visible(
        string fileName, string type, bool isVisible) => Assert.Equal(
        isVisible, new PackageTypesRule([type]).Judge(PolicyFiles.File(fileName, "requests"), _now) is null);

    [Theory]
    [InlineData("requests==2.0", "2.0", true)]
    [InlineData("requests==2.0", "2.1", false)]
    [InlineData("flask==1.0", "2.1", true)]
    [InlineData("requests>=2\nrequests<2.1", "2.0", true)]
    [InlineData("requests>=2\nrequests<2.1", "2.1", false)]
    [InlineData("requests==2.0 ; python_version < '3.8'", "2.0", true)]
    [InlineData("requests==2.0 ; python_version < '3.8'", "2.1", false)]
    [InlineData("requests==2.0; python_version < '3.8'\nrequests==2.1; python_version >= '3.8'", "2.0", true)]
    [InlineData("requests==2.0; python_version < '3.8'\nrequests==2.1; python_version >= '3.8'", "2.2", false)]
    public void Only_versions_that_meet_the_constraints_are_visible(string file, string version, bool isVisible) =>
        Assert.Equal(
            isVisible,
            new ConstraintsRule(ConstraintsFile.Read(file).Constraints)
                .Judge(PolicyFiles.Wheel("requests", version), _now) is null);

    [Fact]
    public void A_constraint_with_hashes_leaves_only_the_files_with_these_hashes()
    {
        var digest = new string('a', 64);
        var other = new string('b', 64);
        var file = PolicyFiles.Wheel("requests", "2.0");
        bool IsVisible(string text) =>
            new ConstraintsRule(ConstraintsFile.Read(text).Constraints).Judge(file, _now) is null;
        Assert.True(IsVisible($"requests==2.0 \\\n    --hash=sha256:{other} \\\n    --hash=sha256:{digest}\n"));
        Assert.False(IsVisible($"requests==2.0 --hash=sha256:{other}"));
        Assert.True(IsVisible($"requests==2.0 --hash sha256:{digest}"));
        Assert.False(IsVisible($"requests==2.0 --hash sha256:{other}"));
        Assert.False(IsVisible($"requests==2.0 --hash=sha512:{digest}{digest}"));
        file = file with { Sha256 = null };
        Assert.False(IsVisible($"requests==2.0 --hash=sha256:{digest}"));
        Assert.False(IsVisible($"requests==2.0 --hash=sha256:{Sha256Digest.Parse(new string('0', 64))}"));
    }

    [Fact]
    public void Lines_of_a_constraints_file_that_cannot_be_used_are_reported_with_their_numbers()
    {
        const string text = """
            # a comment
            requests==2.0   # pinned
            -r other.txt
            flask @ https://example.com/flask.zip
            ./local

            urllib3 \
                <2 \
                --hash=md5:0123
            idna
            --prefer-binary
            """;
        var file = ConstraintsFile.Read(text);
        Assert.Equal(
            ["requests==2.0", "flask @ https://example.com/flask.zip", "urllib3 <2", "idna"],
            file.Constraints.Select(c => c.Text));
        Assert.Equal(["line 3", "line 4", "line 5", "line 7"], file.Problems.Select(p => p.Split(':')[0]));
        Assert.Equal(["line 11: '--prefer-binary' is an option, which has no effect here"], file.Ignored);
        Assert.NotNull(new ConstraintsRule(file.Constraints).Judge(PolicyFiles.Wheel("flask", "1.0"), _now));
    }

    [Fact]
    public void All_rules_that_hide_a_file_are_named_and_the_earliest_change_is_known()
    {
        var policy = new Policy
        {
            Version = "1",
            Rules =
            [
                new BlockRule(new(["requests==2.0"])), new MinimumAgeRule(Duration.FromDays(7), new([])),
            ],
        };
        var judged = policy.Apply(
            PolicyFiles.Project(
                "requests", PolicyFiles.Wheel("requests", "1.0"), PolicyFiles.Wheel("requests", "2.0", days: 1),
                PolicyFiles.Wheel("requests", "3.0", days: 2)),
            _now);
        Assert.Equal(["1.0"], judged.Visible.Select(f => f.Name.VersionText));
        Assert.Equal(["block", "minimumAge"], judged.Files.ElementAt(1).HiddenBy.Select(v => v.Rule));
        Assert.Equal((ProjectStatus.Active, _now.AddDays(5)), (judged.Status, judged.ValidUntil));
    }

    [Fact]
    public void A_project_emptied_upstream_is_not_quarantined()
    {
        var removed = PolicyFiles.Wheel("requests", "2.0") with { RemovedAt = _now };
        var judged = Policy.Default.Apply(PolicyFiles.Project("requests", removed), _now);
        Assert.Empty(judged.Visible);
        Assert.Equal(ProjectStatus.Active, judged.Status);
        Assert.Equal("onUpstreamRemoval", judged.Files.First().HiddenBy[0].Rule);
        var kept = new Policy { Version = "1", KeepsRemoved = true, Rules = [new RemovalRule(UpstreamRemoval.Keep)] };
        Assert.Single(kept.Apply(PolicyFiles.Project("requests", removed), _now).Visible);
    }

    [Fact]
    public void A_project_quarantined_before_its_removal_upstream_is_never_kept()
    {
        var removed = PolicyFiles.Wheel("requests", "2.0") with { RemovedAt = _now, WasQuarantined = true };
        Assert.NotNull(new RemovalRule(UpstreamRemoval.Keep).Judge(removed, _now));
    }

    [Theory]
    [InlineData("requests==")]
    [InlineData("requests==2004d")]
    [InlineData("requests==2.0;")]
    [InlineData("requests==2.0 ; python_version ~ 3")]
    [InlineData("\"requests==2.0\"")]
    [InlineData("'requests' == 2.0")]
    [InlineData("- requests==2.0")]
    [InlineData("=requests==2.0")]
    [InlineData("requests/2.0")]
    [InlineData("requests-2.0.tar.gz")]
    [InlineData("requests-2.0-py3-none-any.whl")]
    [InlineData("requests<3 https://example.com/x")]
    [InlineData("pip install requests<3")]
    [InlineData("dependencies = [\"requests[socks]~=2.0\"]")]
    [InlineData("1. requests!=2.0")]
    [InlineData("conda::requests>1")]
    [InlineData("-requests<2")]
    [InlineData("--requests<2")]
    [InlineData("-e git+https://git.example.com/psf/requests@main#egg=requests")]
    [InlineData("requests: 2.0")]
    [InlineData("requests.==2.0")]
    [InlineData("\u00a0*requests* 2.0")]
    [InlineData("https://files.example.com/requests-2.0-py3-none-any.whl#sha256=1")]
    [InlineData("./wheels/requests-2.0-py3-none-any.whl")]
    [InlineData("file:wheels/requests-2.0.tar.gz")]
    [InlineData("git+https://git.example.com/psf/x@main#subdirectory=a&egg=requests")]
    public void A_line_with_only_a_readable_name_hides_the_whole_project(string line)
    {
        var file = ConstraintsFile.Read(line);
        Assert.Contains("all of 'requests' is hidden", Assert.Single(file.Problems), StringComparison.Ordinal);
        var rule = new ConstraintsRule(file.Constraints);
        Assert.NotNull(rule.Judge(PolicyFiles.Wheel("requests", "2.0"), _now));
    }

    /// <summary>A search from each character on would take minutes.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("[")]
    [InlineData("a[]")]
    [InlineData("-a")]
    public void A_long_line_that_cannot_be_read_costs_as_much_as_it_is_long(string mark)
    {
        var line = string.Concat(Enumerable.Repeat(mark, (1 << 20) / mark.Length)) + " !";
        Assert.Single(ConstraintsFile.Read(line).Problems.AddRange(ConstraintsFile.Read(line).Ignored));
    }

    [Theory]
    [InlineData("./local")]
    [InlineData("https://git.example.com/psf/requests")]
    [InlineData("*")]
    public void A_line_that_names_no_project_is_reported(string line)
    {
        var file = ConstraintsFile.Read(line);
        Assert.Contains("constrains nothing", Assert.Single(file.Problems), StringComparison.Ordinal);
        Assert.Empty(file.Constraints);
    }

    [Fact]
    public void A_byte_order_mark_before_the_first_line_is_no_part_of_it()
    {
        var file = ConstraintsFile.Read("\uFEFFrequests<2");
        Assert.Empty(file.Problems);
        var rule = new ConstraintsRule(file.Constraints);
        Assert.NotNull(rule.Judge(PolicyFiles.Wheel("requests", "2.0"), _now));
    }

    [Fact]
    public void A_project_quarantined_upstream_stays_quarantined_with_its_reason()
    {
        var project = PolicyFiles.Project("requests", PolicyFiles.Wheel("requests", "2.0") with { RemovedAt = _now })
            with
        { Status = ProjectStatus.Quarantined, StatusReason = "malware" };
        var kept = new Policy { Version = "1", KeepsRemoved = true, Rules = [new BlockRule(new(["requests"]))] };
        var judged = kept.Apply(project, _now);
        Assert.Empty(judged.Visible);
        Assert.Equal("malware", judged.StatusReason);
    }
}
