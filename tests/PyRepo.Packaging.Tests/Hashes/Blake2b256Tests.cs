using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Tests.Hashes;

public sealed class Blake2b256Tests
{
    /// <summary>Answers of Python's <c>hashlib.blake2b(data, digest_size=32)</c>; the data is the bytes 0, 1, 2, … 250,
    /// 0, 1, … to this length.</summary>
    [Theory]
    [InlineData(0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")]
    [InlineData(1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314")]
    [InlineData(3, "3d8c3d594928271f44aad7a04b177154806867bcf918e1549c0bc16f9da2b09b")]
    [InlineData(127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72")]
    [InlineData(128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1")]
    [InlineData(129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9")]
    [InlineData(255, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea")]
    [InlineData(256, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24")]
    [InlineData(257, "227e15ed64ee8e93eb7bc53828f76eed974f2c4ab1408c3d08f212b7f8d69904")]
    [InlineData(1000, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331")]
    [InlineData(65536, "e4f2b5871e75b1993cd3cd4663ca4879794dbe50152c522dcbc66ee1bfecffa6")]
    [InlineData(1000003, "5dd13c21d5d15ee3672fffd056431873359dc5c1f0221b5ef13c4693aa8d13d1")]
    public void The_digest_is_what_Python_computes(int length, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Blake2b256.HashData(Bytes(length))));

    [Fact]
    public void The_digest_of_abc_is_known() => Assert.Equal(
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
        Convert.ToHexStringLower(Blake2b256.HashData("abc"u8)));

    [Fact]
    public void Where_the_data_is_split_does_not_matter() => Prop.ForAll<byte[], PositiveInt>((data, step) =>
    {
        var padded = (byte[])[.. data, .. Bytes(step.Get * 7)];
        var hash = new Blake2b256();
        foreach (var part in padded.Chunk(step.Get))
            hash.Append(part);
        return hash.GetHashAndReset().SequenceEqual(Blake2b256.HashData(padded));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void After_a_digest_the_hash_is_reset()
    {
        var hash = new Blake2b256();
        hash.Append("something"u8);
        hash.GetHashAndReset();
        hash.Append("abc"u8);
        Assert.Equal(Blake2b256.HashData("abc"u8), hash.GetHashAndReset());
    }

    static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
}
