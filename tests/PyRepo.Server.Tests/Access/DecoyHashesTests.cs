using System.Collections.Frozen;
using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class DecoyHashesTests
{
    readonly UserStore _users = UserStore.Empty with
    {
        Passwords = new Dictionary<string, string>
        {
            ["a"] = "$6$one$x",
            ["b"] = "$6$two$x",
            ["c"] = "$6$three$x",
            ["d"] = "$2y$10$four",
        }.ToFrozenDictionary(),
        AreHashes = true,
    };

    [Fact]
    public void Unknown_names_have_hash_schemes_in_the_same_proportions_as_users()
    {
        var decoys = new DecoyHashes(_users);
        var slow = Enumerable.Range(0, 1000)
            .Count(i => decoys.Compute($"name-{i}").StartsWith("$2y$", StringComparison.Ordinal));
        Assert.InRange(slow, 200, 300);
    }

    [Fact]
    public void A_name_keeps_its_hash_even_after_a_restart()
    {
        var (one, other) = (new DecoyHashes(_users), new DecoyHashes(_users with { }));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(one.Compute($"name-{i}"), other.Compute($"name-{i}")));
    }

    [Fact]
    public void The_decoy_of_a_name_is_unpredictable_without_the_hashes()
    {
        var other = new DecoyHashes(_users with
        {
            Passwords = _users.Passwords.ToFrozenDictionary(user => user.Key, user => user.Value + "y"),
        });
        var decoys = new DecoyHashes(_users);
        Assert.Contains(Enumerable.Range(0, 100), i => decoys.Compute($"name-{i}") + "y" != other.Compute($"name-{i}"));
    }

    [Fact]
    public void A_name_keeps_its_hash_when_another_user_comes_or_goes()
    {
        var store = UserStore.Empty with
        {
            Passwords = Enumerable.Range(0, 20).ToFrozenDictionary(i => $"user-{i}", i => $"$6$salt-{i}$x"),
            AreHashes = true,
        };
        var more = new DecoyHashes(store with
        {
            Passwords = store.Passwords.Append(new("new", "$2y$10$new")).ToFrozenDictionary(),
        });
        var fewer = new DecoyHashes(store with
        {
            Passwords = store.Passwords.Where(user => user.Key != "user-7").ToFrozenDictionary(),
        });
        var before = new DecoyHashes(store);
        var names = Enumerable.Range(0, 1000).Select(i => $"name-{i}").ToList();
        Assert.All(names, name => Assert.True(
            more.Compute(name) is "$2y$10$new" || more.Compute(name) == before.Compute(name)));
        Assert.All(names, name => Assert.True(
            before.Compute(name) is "$6$salt-7$x" || fewer.Compute(name) == before.Compute(name)));
        Assert.InRange(names.Count(name => more.Compute(name) != before.Compute(name)), 20, 90);
        Assert.InRange(names.Count(name => fewer.Compute(name) != before.Compute(name)), 20, 90);
    }

    [Fact]
    public void A_Secret_without_users_has_none() => Assert.False(new DecoyHashes(UserStore.Empty).Any);
}
