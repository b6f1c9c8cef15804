using System.Collections.Frozen;
using System.Text;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class RepositoryRequestTests
{
    static readonly ProjectName _foo = ProjectName.Parse("foo");

    static readonly (string, string)[] _forwarded =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pypi.example.com")];

    [Fact]
    public void Links_begin_with_the_scheme_and_host_of_the_request_whatever_its_headers_say() =>
        Assert.Equal(
            "http://localhost:8080/team-a/", RequestFor.From(RequestFor.Repository(), _forwarded).AbsoluteBase());

    [Fact]
    public void A_declared_host_takes_precedence()
    {
        var served = RequestFor.Repository() with
        {
            DeclaredOrigin = "https://declared.example.com",
            BasePath = "/python/",
        };
        Assert.Equal("https://declared.example.com/python/", RequestFor.From(served, _forwarded).AbsoluteBase());
    }

    [Fact]
    public async Task A_caller_without_credentials_is_anonymous() =>
        Assert.Equal("anonymous", (await RequestFor.From(RequestFor.Repository()).IdentifyAsync()).User);

    [Fact]
    public async Task Right_credentials_give_the_user_and_wrong_ones_are_rejected_unless_anyone_may_read()
    {
        Assert.Equal(
            "alice", (await RequestFor.From(RequestFor.Repository(), Basic("alice:secret")).IdentifyAsync()).User);
        (string, string)[] wrong =
            [Basic("alice:wrong"), Basic("bob:secret"), Basic("alice"), ("Authorization", "Bearer x")];
        foreach (var header in wrong)
        {
            var request = RequestFor.From(RequestFor.Repository(), header);
            await request.RequireReadAsync(_foo, []);
            var refused = await Assert.ThrowsAnyAsync<Exception>(
                () => request.AuthorizeAsync(AccessAction.Upload, _foo, []).AsTask());
            Assert.Equal(401, ErrorResponse.From(refused).Status);
        }
    }

    [Theory]
    [InlineData("bob", true, false)]
    [InlineData("nobody", true, false)]
    [InlineData("carol", false, true)]
    public async Task A_wrong_password_costs_a_group_one_hash(string user, bool inFirst, bool inSecond)
    {
        var verifiers = new PasswordVerifiers(new FakeClock());
        var (first, second) = (verifiers.For(Users("alice", "bob")), verifiers.For(Users("carol")));
        var group = RequestFor.Repository("group") with
        {
            Members = new[]
            {
                RequestFor.Repository("a") with { Authenticators = [first] },
                RequestFor.Repository("b") with { Authenticators = [second] },
                RequestFor.Repository("c") with { Authenticators = [verifiers.For(Users("alice", "bob"))] },
            }.ToFrozenDictionary(member => member.Name),
        };
        await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => RequestFor.From(group, Basic($"{user}:wrong")).IdentifyAsync().AsTask());
        Assert.Equal((inFirst, inSecond), (IsRemembered(first), IsRemembered(second)));

        bool IsRemembered(PasswordVerifier verifier) => verifier.CheckAsync(
            user, "wrong", new("", ""), new CancellationToken(canceled: true)).AsTask().IsCompletedSuccessfully;
    }

    [Fact]
    public async Task A_caller_without_permission_gets_401_if_anonymous_and_else_403()
    {
        var served = RequestFor.Repository() with
        {
            Access = new AccessPolicy([new Grant { To = [new Subject { User = "bob" }], Role = Role.Maintainer }]),
        };
        await RejectedAsync(401, "'team-a'", RequestFor.From(served), _foo);
        await RejectedAsync(
            403, "'alice' may not do this with 'foo'", RequestFor.From(served, Basic("alice:secret")), _foo);
        await RejectedAsync(
            403, "'alice' may not do this in 'team-a'", RequestFor.From(served, Basic("alice:secret")), null);
    }

    static async Task RejectedAsync(int status, string message, RepositoryRequest request, ProjectName? project)
    {
        var refused = await Assert.ThrowsAsync<RejectedException>(
            () => request.RequireReadAsync(project, []).AsTask());
        Assert.Equal(status, ErrorResponse.From(refused).Status);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    static UserStore Users(params string[] names) => UserStore.Empty with
    {
        Passwords = names.ToFrozenDictionary(
            name => name, _ => "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        AreHashes = true,
    };

    static (string, string) Basic(string credentials) =>
        ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
}
