using System.Collections.Frozen;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class AccessPolicyTests
{
    static readonly ProjectName _acme = ProjectName.Parse("acme-lib");
    static readonly Caller _alice = new Caller.User("alice", ((string[])["team"]).ToFrozenSet());
    static readonly Caller _bob = new Caller.User("bob", FrozenSet<string>.Empty);

    [Theory]
    [InlineData("Reader", "Read", true)]
    [InlineData("Reader", "Upload", false)]
    [InlineData("Reader", "Maintain", false)]
    [InlineData("Publisher", "Read", true)]
    [InlineData("Publisher", "Upload", true)]
    [InlineData("Publisher", "Maintain", false)]
    [InlineData("Maintainer", "Read", true)]
    [InlineData("Maintainer", "Upload", true)]
    [InlineData("Maintainer", "Maintain", true)]
    public void A_role_allows_its_own_actions_and_those_of_the_roles_before_it(string role, string action, bool allowed)
    {
        var policy = Policy(new Grant { To = [new Subject { User = "alice" }], Role = Enum.Parse<Role>(role) });
        Assert.Equal(allowed, Decide(_alice, action, policy) is AccessOutcome.Allowed);
    }

    [Theory]
    [InlineData("anyone", true, true, true)]
    [InlineData("authenticated", false, true, true)]
    [InlineData("user", false, true, false)]
    [InlineData("group", false, true, false)]
    [InlineData("other user", false, false, false)]
    [InlineData("other group", false, false, false)]
    [InlineData("nobody", false, false, false)]
    public void A_grant_is_for_those_that_it_names(string subject, bool anonymous, bool alice, bool bob)
    {
        var policy = Policy(new Grant { To = [SubjectOf(subject)], Role = Role.Reader });
        var expected = anonymous ? AccessOutcome.Allowed : AccessOutcome.Unauthenticated;
        Assert.Equal(expected, Decide(Caller.Anonymous, "Read", policy));
        Assert.Equal(alice ? AccessOutcome.Allowed : AccessOutcome.Forbidden, Decide(_alice, "Read", policy));
        Assert.Equal(bob ? AccessOutcome.Allowed : AccessOutcome.Forbidden, Decide(_bob, "Read", policy));
    }

    [Theory]
    [InlineData("acme-*", "acme-lib", true)]
    [InlineData("acme-*", "acme", false)]
    [InlineData("acme-*", "other", false)]
    [InlineData("acme-lib", "acme-lib", true)]
    [InlineData("acme-lib", "acme-lib2", false)]
    [InlineData("*", "anything", true)]
    public void A_grant_with_projects_is_for_those_and_no_others(string pattern, string project, bool allowed)
    {
        var policy = Policy(
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Publisher, Projects = ["x", pattern] });
        var decision = Decide(_alice, AccessAction.Upload, ProjectName.Parse(project), policy);
        Assert.Equal(allowed ? AccessOutcome.Allowed : AccessOutcome.Forbidden, decision);
    }

    [Fact]
    public void A_role_for_some_projects_gives_none_for_others()
    {
        var policy = Policy(
            new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader },
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Maintainer, Projects = ["acme-*"] });
        Assert.Equal(AccessOutcome.Allowed, Decide(_alice, AccessAction.Maintain, _acme, policy));
        var other = ProjectName.Parse("x");
        Assert.Equal(AccessOutcome.Forbidden, Decide(_alice, AccessAction.Maintain, other, policy));
        Assert.Equal(AccessOutcome.Allowed, Decide(_alice, AccessAction.Read, other, policy));
    }

    [Fact]
    public void Without_a_project_the_question_is_whether_there_is_any()
    {
        var policy = Policy(
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Publisher, Projects = ["acme-*"] });
        Assert.Equal(AccessOutcome.Allowed, Decide(_alice, AccessAction.Upload, null, policy));
        Assert.Equal(AccessOutcome.Forbidden, Decide(_alice, AccessAction.Maintain, null, policy));
    }

    [Fact]
    public void All_repositories_that_answered_must_allow()
    {
        var open = AccessPolicy.Default;
        var closed = Policy(new Grant { To = [new Subject { User = "alice" }], Role = Role.Reader });
        Assert.Equal(AccessOutcome.Allowed, Decide(_alice, AccessAction.Read, _acme, open, closed));
        Assert.Equal(AccessOutcome.Forbidden, Decide(_bob, AccessAction.Read, _acme, open, closed));
        Assert.Equal(AccessOutcome.Forbidden, Decide(_bob, AccessAction.Read, _acme, closed, open));
        Assert.Equal(
            AccessOutcome.Unauthenticated, Decide(Caller.Anonymous, AccessAction.Read, _acme, open, closed));
    }

    [Fact]
    public void By_default_anyone_reads_and_every_user_with_a_password_maintains()
    {
        Assert.Equal(AccessOutcome.Allowed, Decide(Caller.Anonymous, "Read", AccessPolicy.Default));
        Assert.Equal(AccessOutcome.Unauthenticated, Decide(Caller.Anonymous, "Upload", AccessPolicy.Default));
        Assert.Equal(AccessOutcome.Allowed, Decide(_bob, "Maintain", AccessPolicy.Default));
    }

    [Fact]
    public void An_empty_list_of_grants_lets_nobody_in() =>
        Assert.Equal(AccessOutcome.Forbidden, Decide(_alice, "Read", Policy()));

    [Fact]
    public void Only_what_anybody_may_read_is_public()
    {
        Assert.True(AccessPolicy.Default.IsPublic(null));
        Assert.True(AccessPolicy.Default.IsPublic(_acme));
        var some = Policy(
            new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader, Projects = ["acme-*"] });
        Assert.True(some.IsPublic(_acme));
        Assert.False(some.IsPublic(ProjectName.Parse("x")));
        Assert.False(some.IsPublic(null));
        var none = Policy(new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Reader });
        Assert.False(none.IsPublic(_acme));
        Assert.False(none.IsPublic(null));
    }

    static Subject SubjectOf(string subject) => subject switch
    {
        "anyone" => new Subject { Anyone = new() },
        "authenticated" => new Subject { Authenticated = new() },
        "user" => new Subject { User = "alice" },
        "group" => new Subject { Group = "team" },
        "other user" => new Subject { User = "Alice" },
        "other group" => new Subject { Group = "alice" },
        _ => new Subject(),
    };

    static AccessPolicy Policy(params Grant[] grants) => new(grants);

    static AccessOutcome Decide(Caller caller, string action, AccessPolicy policy) =>
        Decide(caller, Enum.Parse<AccessAction>(action), _acme, policy);

    /// <summary>Returns the decision if every contributing repository knows the caller in the same way.</summary>
    static AccessOutcome Decide(
        Caller caller, AccessAction action, ProjectName? project, params IEnumerable<AccessPolicy> answered) =>
        AccessPolicy.Decide(action, project, [.. answered.Select(policy => (policy, caller))]).Outcome;
}
