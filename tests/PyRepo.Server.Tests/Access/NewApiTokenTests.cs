using PyRepo.Resources.Access;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class NewApiTokenTests
{
    static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_token_is_valid_for_90_days_unless_it_says_otherwise()
    {
        Assert.Equal(_now.AddDays(90), Create().Token?.Expires);
        Assert.Equal(_now.AddHours(12), Create(expiresIn: "12h").Token?.Expires);
        Assert.Equal(_now.AddDays(366), Create(expiresIn: "366d").Token?.Expires);
    }

    [Theory]
    [InlineData("366d1s")]
    [InlineData("0s")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("")]
    [InlineData("90")]
    [InlineData("90 days")]
    [InlineData("999999999999999999999d")]
    public void An_invalid_or_too_long_lifetime_is_refused(string expiresIn) =>
        Assert.NotNull(Create(expiresIn: expiresIn).Problem);

    [Fact]
    public void A_name_is_short_and_has_no_control_characters()
    {
        Assert.Null(Create(name: new string('x', 100)).Problem);
        Assert.Null(Create(name: "Büro ☕").Problem);
        foreach (var name in (string[])[new string('x', 101), "a\nb", "a\u001b[31m", "\0", "\u009b"])
            Assert.Contains("name", Create(name: name).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Projects_are_named_as_in_a_grant()
    {
        Assert.Null(Create(projects: ["acme-*", "Acme.Lib", "*"]).Problem);
        Assert.Null(Create(projects: [.. Enumerable.Repeat("a", 100)]).Problem);
        string?[][] wrong =
        [
            [], [null], ["a", null], [""], ["a b"], ["?"], ["a/b"], ["-a"], ["a\n"], [null, "?"],
            [.. Enumerable.Repeat("a", 101)],
        ];
        foreach (var projects in wrong)
            Assert.NotNull(Create(projects: projects!).Problem);
    }

    [Fact]
    public void A_role_that_does_not_exist_is_refused() => Assert.NotNull(Create(role: (Role)7).Problem);

    [Fact]
    public void Tokens_are_unique_and_their_text_round_trips()
    {
        var (one, other) = (ApiTokenText.Create(), ApiTokenText.Create());
        Assert.NotEqual(one.Id, other.Id);
        Assert.NotEqual(one.Secret, other.Secret);
        Assert.True(ApiTokenText.TryParse(one.Reveal(), out var read));
        Assert.Equal(one, read);
    }

    [Fact]
    public void Only_the_whole_text_is_a_token()
    {
        var text = ApiTokenText.Create().Reveal();
        string[] others =
        [
            "", "pyrepo_", text[1..], text[..^1], text + "x", text + "_", " " + text, text + "\n",
            text.ToUpperInvariant(), text.Replace('_', '-'), "pyrepo__", "secret",
        ];
        foreach (var other in others)
            Assert.False(ApiTokenText.TryParse(other, out _), other);
    }

    static (ApiToken? Token, string? Problem) Create(
        string? name = null, Role role = Role.Reader, IReadOnlyList<string>? projects = null, string? expiresIn = null)
    {
        var made = NewApiToken.Create(name, role, projects, expiresIn, _now, out var problem);
        Assert.Equal(made is null, problem is not null);
        return (made?.Token, problem);
    }
}
