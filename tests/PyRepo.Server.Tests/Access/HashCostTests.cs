using PyRepo.Server.Access;

namespace PyRepo.Server.Tests.Access;

public sealed class HashCostTests
{
    const string Bcrypt = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    const string Yescrypt = "AAt9R641xPvCI9nXw1HHW/$FUz.1Vx4M14HSXN/1z4dhT9YNC3y8cJNYhz90koTiuD";

    [Theory]
    [InlineData($"$2b$05${Bcrypt}")]
    [InlineData($"$2y$14${Bcrypt}")]
    [InlineData("$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("$5$rounds=100000$saltstring$hash")]
    [InlineData("$6$rounds=100000$saltstring$hash")]
    [InlineData("$sha1$262144$saltsalt$hash")] // the default
    [InlineData("$md5,rounds=98303$saltsalt$hash")] // the most that crypt_gensalt chooses
    [InlineData("$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0")]
    [InlineData("$1$saltsalt$LrttParrLPdxvgutaSXWJ0")]
    [InlineData("$sha1$40000$saltsalt$hash")]
    [InlineData($"$y$j9T${Yescrypt}")] // 16 MiB, the default
    [InlineData($"$y$jBT${Yescrypt}")] // 64 MiB
    [InlineData("$7$CU..../....saltsalt$hash")] // 64 MiB, the default
    public void A_hash_of_usual_cost_is_bounded(string hash) => Assert.True(HashCost.IsBounded(hash));

    [Theory]
    [InlineData($"$2b$15${Bcrypt}")]
    [InlineData($"$2y$31${Bcrypt}")]
    [InlineData("$6$rounds=100001$saltstring$hash")]
    [InlineData("$sm3$rounds=100001$saltstring$hash")]
    [InlineData("$5$rounds=999999999$saltstring$hash")]
    [InlineData("$5$rounds=99999999999999999999$saltstring$hash")]
    [InlineData("$sha1$4000000$saltsalt$hash")]
    [InlineData("$md5,rounds=4000000$saltsalt$hash")]
    [InlineData("$md5,r$saltsalt$hash")]
    [InlineData($"$y$jCT${Yescrypt}")] // 128 MiB
    [InlineData($"$y$jFT${Yescrypt}")] // 1 GiB, the highest cost of mkpasswd
    [InlineData($"$gy$jFT${Yescrypt}")]
    [InlineData($"$y$j9kk.${Yescrypt}")] // r of two digits
    [InlineData($"$y$j9T//${Yescrypt}")] // with p
    [InlineData("$7$DU..../....saltsalt$hash")]
    [InlineData("$7$CU..../1...saltsalt$hash")]
    [InlineData("$7$CUz.../....saltsalt$hash")]
    [InlineData("$8$of-another-scheme$hash")]
    [InlineData("")]
    public void A_hash_of_higher_or_unknown_cost_is_not_bounded(string hash) =>
        Assert.False(HashCost.IsBounded(hash));

    [Theory]
    [InlineData("$1$saltsalt$hash", true)]
    [InlineData("$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0", true)]
    [InlineData("$5$saltstring$hash", true)]
    [InlineData("$6$rounds=5000$saltstring$hash", true)]
    [InlineData("$sm3$saltstring$hash", true)]
    [InlineData("$sha1$40000$saltsalt$hash", true)]
    [InlineData("$md5,rounds=9$saltsalt$hash", true)]
    [InlineData("$md5$saltsalt$hash", true)]
    [InlineData("$3$$hash", false)]
    [InlineData($"$2b$05${Bcrypt}", false)]
    [InlineData($"$y$j9T${Yescrypt}", false)]
    [InlineData("$7$CU..../....saltsalt$hash", false)]
    public void A_longer_password_costs_more_with_some_schemes_and_those_take_none_above_128_bytes(
        string hash, bool grows)
    {
        Assert.Equal(grows, HashCost.GrowsWithPassword(hash));
        Assert.True(Crypt.CanBePassword(new string('x', 128), hash));
        Assert.Equal(!grows, Crypt.CanBePassword(new string('x', 129), hash));
        Assert.Equal(!grows, Crypt.CanBePassword(new string('\u20ac', 43), hash));
        Assert.False(Crypt.CanBePassword(new string('x', 513), hash));
    }

    [Fact]
    public async Task A_slow_password_is_checked_within_a_moment_at_the_highest_memory()
    {
        // The parameters mean to libcrypt what they mean here: the hash is computed, with 64 MiB at most.
        var hash = $"$y$jBT${Yescrypt}";
        Assert.True(Crypt.Knows(hash));
        Assert.False(await Task.Run(() => Crypt.Matches("secret", hash)));
    }
}
