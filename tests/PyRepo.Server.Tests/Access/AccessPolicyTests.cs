using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Tests.Access.Jwt;

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
        var policy = Policy(new Grant { To = [GetSubject(subject)], Role = Role.Reader });
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
    public void Without_a_project_access_to_any_project_is_sufficient()
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
    public void Only_projects_that_anyone_may_read_are_public()
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

    [Fact]
    public void A_ServiceAccount_is_of_the_resources_namespace_unless_the_grant_names_one()
    {
        var policy = new AccessPolicy(
            [
                new Grant { To = [new Subject { ServiceAccount = new() { Name = "builder" } }], Role = Role.Publisher },
                new Grant
                {
                    To = [new Subject { ServiceAccount = new() { Namespace = "ci", Name = "deployer" } }],
                    Role = Role.Maintainer,
                },
            ], "packages");
        (string Namespace, string Name, string Action, bool Allowed)[] cases =
        [
            ("packages", "builder", "Upload", true),
            ("packages", "builder", "Maintain", false),
            ("default", "builder", "Upload", false),
            ("ci", "builder", "Upload", false),
            ("packages", "Builder", "Upload", false),
            ("ci", "deployer", "Maintain", true),
            ("packages", "deployer", "Read", false),
        ];
        foreach (var (ns, name, action, allowed) in cases)
        {
            var decision = Decide(new Caller.ServiceAccount(ns, name), action, policy);
            Assert.Equal((ns, name, action, allowed), (ns, name, action, decision is AccessOutcome.Allowed));
        }
        // A user is no ServiceAccount, whatever he or she is called.
        Assert.Equal(AccessOutcome.Forbidden, Decide(User("builder"), "Read", policy));
        Assert.Equal(
            AccessOutcome.Forbidden, Decide(User("system:serviceaccount:packages:builder"), "Read", policy));
    }

    [Fact]
    public void A_ServiceAccount_is_no_user_and_in_no_group()
    {
        var policy = Policy(new Grant
        {
            To = [new Subject { User = "builder" }, new Subject { Group = "builder" }],
            Role = Role.Reader,
        });
        Assert.Equal(AccessOutcome.Forbidden, Decide(new Caller.ServiceAccount("default", "builder"), "Read", policy));
    }

    [Fact]
    public void An_identity_must_match_all_claims_exactly()
    {
        var policy = Policy(GrantTo("github", ("repository", "acme/lib"), ("environment", "release")));
        ((string, string)[] Claims, bool Allowed)[] cases =
        [
            ([("repository", "acme/lib"), ("environment", "release")], true),
            ([("repository", "acme/lib"), ("environment", "release"), ("ref", "x")], true),
            ([("repository", "acme/lib")], false),
            ([("repository", "acme/lib"), ("environment", "")], false),
            ([("repository", "Acme/lib"), ("environment", "release")], false),
            ([("Repository", "acme/lib"), ("environment", "release")], false),
            ([("repository", "acme/lib "), ("environment", "release")], false),
            ([("repository", "acme/lib2"), ("environment", "release")], false),
            ([], false),
        ];
        foreach (var (claims, allowed) in cases)
        {
            Assert.Equal(
                (claims.Length, allowed ? AccessOutcome.Allowed : AccessOutcome.Forbidden),
                (claims.Length, Decide(Identity("github", claims), "Upload", policy)));
        }
    }

    [Fact]
    public void The_same_claims_from_another_provider_are_a_different_identity()
    {
        var policy = Policy(GrantTo("github", ("repository", "acme/lib")));
        Assert.Equal(
            AccessOutcome.Forbidden, Decide(Identity("gitlab", ("repository", "acme/lib")), "Read", policy));
        Assert.Equal(
            AccessOutcome.Forbidden, Decide(Identity("GitHub", ("repository", "acme/lib")), "Read", policy));
    }

    [Fact]
    public void A_wildcard_in_a_claim_is_a_character_like_any_other()
    {
        var policy = Policy(GrantTo("github", ("repository", "acme/*")));
        Assert.Equal(
            AccessOutcome.Forbidden, Decide(Identity("github", ("repository", "acme/lib")), "Read", policy));
    }

    [Fact]
    public void A_grant_without_claims_is_for_nobody() => Assert.Equal(
        AccessOutcome.Forbidden,
        Decide(Identity("github", ("repository", "acme/lib")), "Read", Policy(GrantTo("github"))));

    [Fact]
    public void Claims_that_are_numbers_and_Booleans_are_compared_as_the_token_writes_them_and_lists_never_match()
    {
        var payload = """{"iss":"a","number":1.0,"true":true,"list":["x"],"object":{"x":"y"},"null":null}""";
        Assert.True(JsonWebToken.TryParse(JwtSigner.Rsa.SignText("""{"alg":"RS256"}""", payload), out var token));
        var identity = new Caller.Identity("a", ((string[])["github"]).ToFrozenSet(), token.Claims);
        (string Claim, string Value, bool Matches)[] cases =
        [
            ("number", "1.0", true), ("number", "1", false), ("true", "true", true), ("true", "True", false),
            ("list", "x", false), ("list", """["x"]""", false), ("object", "y", false), ("null", "", false),
            ("null", "null", false), ("missing", "", false),
        ];
        foreach (var (claim, value, matches) in cases)
        {
            var policy = Policy(GrantTo("github", (claim, value)));
            Assert.Equal(
                (claim, value, matches),
                (claim, value, Decide(identity, "Upload", policy) is AccessOutcome.Allowed));
            Assert.Equal(matches, policy.Names(identity));
        }
    }

    [Fact]
    public void Authenticated_never_includes_an_identity_or_its_tokens()
    {
        var policy = Policy(new Grant { To = [new Subject { Authenticated = new() }], Role = Role.Maintainer });
        var identity = Identity("github", ("repository", "acme/lib"));
        foreach (var caller in (Caller[])[identity, Token(Role.Maintainer, identity), Caller.IdentityOfMember,
            Token(Role.Maintainer, Caller.IdentityOfMember)])
        {
            foreach (var action in Enum.GetNames<AccessAction>())
                Assert.Equal(AccessOutcome.Forbidden, Decide(caller, action, policy));
            Assert.False(policy.AllowsEverywhere(caller, AccessAction.Read));
        }
        Assert.Equal(AccessOutcome.Unauthenticated, Decide(Caller.Anonymous, "Read", policy));
        var account = new Caller.ServiceAccount("ci", "builder");
        foreach (var caller in (Caller[])[_alice, account, Token(Role.Maintainer, account), Caller.OfMember])
            Assert.Equal(AccessOutcome.Allowed, Decide(caller, "Maintain", policy));
    }

    [Fact]
    public void By_default_ServiceAccounts_and_identities_only_read()
    {
        var account = new Caller.ServiceAccount("default", "publisher");
        foreach (var caller in (Caller[])[account, Token(Role.Maintainer, account), Identity("github", ("a", "b")),
            Caller.OfMember, Caller.IdentityOfMember])
        {
            Assert.Equal(AccessOutcome.Allowed, Decide(caller, "Read", AccessPolicy.Default));
            Assert.Equal(AccessOutcome.Forbidden, Decide(caller, "Upload", AccessPolicy.Default));
            Assert.Equal(AccessOutcome.Forbidden, Decide(caller, "Maintain", AccessPolicy.Default));
        }
    }

    [Theory]
    [InlineData("Reader", "Maintainer", "Read")]
    [InlineData("Publisher", "Maintainer", "Upload")]
    [InlineData("Maintainer", "Publisher", "Upload")]
    [InlineData("Maintainer", "Reader", "Read")]
    [InlineData("Maintainer", "Maintainer", "Maintain")]
    public void A_token_allows_what_both_it_and_its_owner_may_do(string token, string owner, string most)
    {
        var policy = Policy(new Grant { To = [new Subject { User = "alice" }], Role = Enum.Parse<Role>(owner) });
        var caller = Token(Enum.Parse<Role>(token), _alice);
        foreach (var action in Enum.GetValues<AccessAction>())
        {
            Assert.Equal(
                (action, action <= Enum.Parse<AccessAction>(most)),
                (action, Decide(caller, action.ToString(), policy) is AccessOutcome.Allowed));
        }
    }

    [Fact]
    public void A_token_never_exceeds_its_owner()
    {
        var (acme, other) = (_acme, ProjectName.Parse("other"));
        var some = Policy(
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Maintainer, Projects = ["acme-*"] });
        var everything = Token(Role.Maintainer, _alice);
        Assert.Equal(AccessOutcome.Allowed, Decide(everything, AccessAction.Maintain, acme, some));
        Assert.Equal(AccessOutcome.Forbidden, Decide(everything, AccessAction.Read, other, some));
        Assert.False(some.AllowsEverywhere(everything, AccessAction.Read));
        // What the token is for and what its owner may do have no project in common.
        var elsewhere = Token(Role.Maintainer, _alice, "other");
        Assert.Equal(AccessOutcome.Forbidden, Decide(elsewhere, AccessAction.Read, acme, some));
        Assert.Equal(AccessOutcome.Forbidden, Decide(elsewhere, AccessAction.Read, other, some));
        // The owner's grant is gone.
        Assert.Equal(AccessOutcome.Forbidden, Decide(everything, AccessAction.Read, acme, Policy()));
        Assert.Equal(AccessOutcome.Forbidden, Decide(everything, AccessAction.Read, null, Policy()));
    }

    [Fact]
    public void A_declared_token_stands_for_itself()
    {
        var declared = Token(Role.Publisher, null, "acme-*");
        Assert.Equal(AccessOutcome.Allowed, Decide(declared, AccessAction.Upload, _acme, Policy()));
        Assert.Equal(AccessOutcome.Forbidden, Decide(declared, AccessAction.Maintain, _acme, Policy()));
        Assert.Equal(AccessOutcome.Forbidden, Decide(declared, AccessAction.Read, ProjectName.Parse("x"), Policy()));
        Assert.False(Policy().AllowsEverywhere(declared, AccessAction.Read));
        Assert.True(Policy().AllowsEverywhere(Token(Role.Publisher, null), AccessAction.Upload));
    }

    [Fact]
    public void A_token_still_allows_reading_what_anyone_may_read()
    {
        var policy = Policy(
            new Grant { To = [new Subject { Anyone = new() }], Role = Role.Maintainer, Projects = ["public"] },
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Maintainer });
        var (open, other) = (ProjectName.Parse("public"), ProjectName.Parse("x"));
        foreach (var owner in (Caller?[])[null, _alice])
        {
            var token = Token(Role.Maintainer, owner, "acme-*");
            Assert.Equal(AccessOutcome.Allowed, Decide(token, AccessAction.Read, open, policy));
            Assert.Equal(AccessOutcome.Forbidden, Decide(token, AccessAction.Upload, open, policy));
            Assert.Equal(AccessOutcome.Forbidden, Decide(token, AccessAction.Read, other, policy));
        }
    }

    [Fact]
    public void A_member_enforces_the_decision_of_the_group_and_allows_no_more()
    {
        var open = AccessPolicy.LeftToMembers;
        var forwarded = new Caller.Forwarded(
            new MemberToken("packages/a", "alice", AccessAction.Upload, "acme-lib", 0));
        Assert.Equal(AccessOutcome.Allowed, Decide(forwarded, AccessAction.Upload, _acme, open));
        Assert.Equal(AccessOutcome.Forbidden, Decide(forwarded, AccessAction.Maintain, _acme, open));
        Assert.Equal(AccessOutcome.Forbidden, Decide(forwarded, AccessAction.Read, ProjectName.Parse("x"), open));
        Assert.False(open.AllowsEverywhere(forwarded, AccessAction.Read));
    }

    [Theory]
    [InlineData("Read", "Read")]
    [InlineData("Upload", "Read Upload")]
    [InlineData("Maintain", "Read Upload Maintain")]
    [InlineData("Audit", "Audit")]
    [InlineData("FindToken", "FindToken")]
    public void Looking_up_a_token_and_reading_the_log_are_rights_of_their_own(string given, string allowed)
    {
        var forwarded = new Caller.Forwarded(new MemberToken(
            "packages/a", null, Enum.Parse<AccessAction>(given), MemberToken.AllProjects, 0));
        Assert.Equal(allowed.Split(' '), Enum.GetValues<AccessAction>()
            .Where(each => Decide(forwarded, each, _acme, AccessPolicy.LeftToMembers) is AccessOutcome.Allowed)
            .Select(each => each.ToString()));
    }

    [Fact]
    public void A_decision_about_no_project_is_about_none_and_not_about_all()
    {
        var forwarded = new Caller.Forwarded(new MemberToken("packages/a", null, AccessAction.Audit, null, 0));
        Assert.Equal(
            AccessOutcome.Forbidden, Decide(forwarded, AccessAction.Audit, _acme, AccessPolicy.LeftToMembers));
        Assert.False(AccessPolicy.LeftToMembers.AllowsEverywhere(forwarded, AccessAction.Audit));
        Assert.True(AccessPolicy.LeftToMembers.AllowsEverywhere(
            new Caller.Forwarded(
                new MemberToken("packages/a", null, AccessAction.Audit, MemberToken.AllProjects, 0)),
            AccessAction.Audit));
    }

    [Fact]
    public void No_role_looks_up_a_token()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var policy = Policy(new Grant { To = [new Subject { Anyone = new() }], Role = role });
            Assert.NotEqual(AccessOutcome.Allowed, Decide(_alice, AccessAction.FindToken, _acme, policy));
        }
    }

    [Fact]
    public void The_grant_that_allows_an_action_is_named()
    {
        var policy = Policy(
            new Grant { To = [new Subject { Anyone = new() }], Role = Role.Reader, Projects = ["public"] },
            new Grant { To = [new Subject { User = "alice" }], Role = Role.Reader },
            new Grant { To = [new Subject { User = "bob" }, new Subject { User = "alice" }], Role = Role.Publisher });
        Assert.Equal("spec.access.grants[1]", GrantFor(_alice, AccessAction.Read, policy));
        Assert.Equal("spec.access.grants[2]", GrantFor(_alice, AccessAction.Upload, policy));
        Assert.Equal("spec.access.grants[2]", GrantFor(Token(Role.Publisher, _alice), AccessAction.Upload, policy));
        Assert.Equal("the token", GrantFor(Token(Role.Publisher, null), AccessAction.Upload, policy));
        Assert.Equal("the default of spec.access", GrantFor(_alice, AccessAction.Maintain, AccessPolicy.Default));
        Assert.Null(GrantFor(_alice, AccessAction.Maintain, policy));
        Assert.Null(GrantFor(Token(Role.Reader, _alice), AccessAction.Upload, policy));
        var forwarded = new Caller.Forwarded(
            new MemberToken("packages/a", "alice", AccessAction.Upload, MemberToken.AllProjects, 0));
        Assert.Equal("the group's decision", GrantFor(forwarded, AccessAction.Upload, policy));
    }

    static string? GrantFor(Caller caller, AccessAction action, AccessPolicy policy) =>
        AccessPolicy.Decide(action, _acme, (policy, caller)).Grant;

    static Caller.User User(string name) => new(name, FrozenSet<string>.Empty);

    static Caller.Identity Identity(string provider, params (string Name, string Value)[] claims) => new(
        "subject", ((string[])[provider]).ToFrozenSet(),
        claims.ToFrozenDictionary(claim => claim.Name, claim => claim.Value, StringComparer.Ordinal));

    static Caller.Token Token(Role role, Caller? owner, params string[] projects) => new(
        new ApiToken
        {
            Id = "abcdefghijkl",
            Sha256 = "",
            Role = role,
            Projects = projects.Length == 0 ? null : projects,
            Expires = DateTimeOffset.MaxValue,
        }, owner);

    static Grant GrantTo(string provider, params (string Name, string Value)[] claims) => new()
    {
        To =
        [
            new Subject
            {
                Identity = new()
                {
                    Provider = provider,
                    Claims = new(claims.ToImmutableSortedDictionary(
                        claim => claim.Name, claim => claim.Value, StringComparer.Ordinal)),
                },
            },
        ],
        Role = Role.Publisher,
    };

    static Subject GetSubject(string subject) => subject switch
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
