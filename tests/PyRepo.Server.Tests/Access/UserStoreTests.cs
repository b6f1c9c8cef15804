using System.Collections.Frozen;
using System.Text;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class UserStoreTests
{
    const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    [Fact]
    public void Users_and_groups_are_read_with_comments_and_blank_lines_and_of_any_line_end()
    {
        var users = Read(
            ("htpasswd", $"# people\r\nalice:{Hash}\r\n\r\n  bob:{Hash}  \n"),
            ("groups", "team: alice  bob\r\nadmins:alice\n\n# nobody\nempty:\n"));
        Assert.True(users.AreHashes);
        Assert.Equal(["alice", "bob"], users.Passwords.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Hash, users.Passwords["bob"]);
        Assert.Equal(["admins", "team"], users.Groups["alice"].Order(StringComparer.Ordinal));
        Assert.Equal(["team"], users.Groups["bob"]);
    }

    [Fact]
    public void A_name_and_a_password_are_one_user()
    {
        var users = Read(("username", "alice"), ("password", "se:crét"));
        Assert.False(users.AreHashes);
        Assert.Equal("se:crét", Assert.Single(users.Passwords).Value);
    }

    [Theory]
    [InlineData("alice", "has no user:hash in line 2 of htpasswd")]
    [InlineData(":x", "has no user:hash in line 2 of htpasswd")]
    [InlineData("alice:", "has no user:hash in line 2 of htpasswd")]
    [InlineData("alice:secret", "has a hash in line 2 of htpasswd that crypt(3) does not know")]
    [InlineData(
        "alice:$2y$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "has a hash in line 2 of htpasswd that costs too much to check")]
    [InlineData("alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "has a hash in line 2 of htpasswd that crypt(3) does not know")]
    public void A_wrong_line_is_named_and_the_others_are_used(string line, string expected)
    {
        var users = UserStore.Read(Data(("htpasswd", $"bob:{Hash}\n{line}\n")), out var problem);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Equal("bob", Assert.Single(users.Passwords).Key);
    }

    [Theory]
    [InlineData("core alice", "has no 'group: users' in line 1 of groups")]
    [InlineData("# ours\n\ncore: alice\n: bob", "has no 'group: users' in line 4 of groups")]
    [InlineData("# ours: nobody\ncore: alice\nempty:", null)]
    public void A_line_of_groups_that_is_none_is_reported(string groups, string? expected)
    {
        UserStore.Read(Data(("htpasswd", $"bob:{Hash}"), ("groups", groups)), out var problem);
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("bob", "bob")]
    [InlineData("*", "*")]
    [InlineData("# bob\n", "")]
    [InlineData("bob gone\r\n", "gone bob")]
    public void Users_whose_tokens_are_kept_are_named_beside_comments(string text, string expected)
    {
        var users = UserStore.Read(Data(("htpasswd", $"bob:{Hash}"), ("keep-tokens", text)), out var problem);
        Assert.Equal(expected, string.Join(' ', users.TokenKeepers.OrderDescending(StringComparer.Ordinal)));
        Assert.Null(problem);
    }

    /// <summary>The line end of a file, or the mark with which an editor begins one.</summary>
    [Theory]
    [InlineData("alice\n", "secret", "username")]
    [InlineData("alice", "secret\r\n", "password")]
    [InlineData("alice", "\uFEFFsecret", "password")]
    [InlineData("alice", "sec\0ret", "password")]
    public void What_no_client_sends_is_reported(string user, string password, string key)
    {
        UserStore.Read(Data(("username", user), ("password", password)), out var problem);
        Assert.Equal(
            $"has a line end, a byte order mark or another invisible character in its key {key}, which no client sends",
            problem);
    }

    /// <summary>An unset variable, or an ExternalSecret that its controller has not filled yet.</summary>
    [Theory]
    [InlineData("alice", "", "has nothing in its key password: nobody can log in")]
    [InlineData("alice", " \n", "has nothing in its key password: nobody can log in")]
    [InlineData("", "secret", "has nothing in its key username: nobody can log in")]
    [InlineData(" ", "", "has nothing in its key username: nobody can log in")]
    public void An_empty_name_or_password_is_no_user(string user, string password, string expected)
    {
        var users = UserStore.Read(Data(("username", user), ("password", password)), out var problem);
        Assert.Empty(users.Passwords);
        Assert.Null(users.Find(user));
        Assert.Equal(expected, problem);
        var generated = UserStore.ReadGenerated(
            Data(("username", user), ("password", password), ("previous", "\n")));
        Assert.Empty(generated.Passwords);
        Assert.Empty(generated.PreviousPasswords);
    }

    [Fact]
    public void An_empty_htpasswd_is_reported_and_has_no_users()
    {
        foreach (var tokens in (string[])["", "\n", "# none yet\n"])
        {
            UserStore.Read(Data(("tokens", tokens)), out var empty);
            Assert.Equal("has nothing in its key tokens: nobody can log in", empty);
        }
        Assert.Empty(UserStore.Read(Data(("htpasswd", "\n")), out var problem).Passwords);
        Assert.Equal("has nothing in its key htpasswd", problem);
        UserStore.Read(Data(("htpasswd", "# nobody yet\n")), out problem);
        Assert.Null(problem);
    }

    [Fact]
    public void A_problem_never_reveals_the_secret()
    {
        UserStore.Read(Data(("htpasswd", "alice:my-secret-in-clear")), out var problem);
        Assert.DoesNotContain("my-secret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Secret_with_other_keys_has_no_users()
    {
        Assert.Empty(UserStore.Read(Data(("token", "x")), out var problem).Passwords);
        Assert.Contains(
            "neither the key htpasswd nor the keys username and password", problem, StringComparison.Ordinal);
        Assert.Empty(UserStore.Read(Data(("username", "x")), out problem).Passwords);
        Assert.NotNull(problem);
    }

    [Fact]
    public void Equal_users_have_equal_fingerprints_and_any_difference_shows()
    {
        UserStore[] different =
        [
            Read(("htpasswd", $"alice:{Hash}\nbob:{Hash}"), ("groups", "team: alice")),
            Read(("htpasswd", $"alice:{Hash}\nbob:{Hash}"), ("groups", "team: bob")),
            Read(("htpasswd", $"alice:{Hash}")),
            Read(("username", "alice"), ("password", Hash)),
            Read(("username", "alice"), ("password", "other")),
            UserStore.ReadGenerated(Data(("username", "alice"), ("password", "other"), ("previous", "old"))),
        ];
        Assert.Equal(different.Length, different.Select(u => u.Fingerprint()).Distinct().Count());
        var again = Read(("htpasswd", $"# moved\nbob:{Hash}\nalice:{Hash}"), ("groups", "team: alice"));
        Assert.Equal(different[0].Fingerprint(), again.Fingerprint());
    }

    static UserStore Read(params (string, string)[] keys)
    {
        var users = UserStore.Read(Data(keys), out var problem);
        Assert.Null(problem);
        return users;
    }

    static Dictionary<string, byte[]> Data(params (string Key, string Value)[] keys) =>
        keys.ToDictionary(key => key.Key, key => Encoding.UTF8.GetBytes(key.Value));
}
