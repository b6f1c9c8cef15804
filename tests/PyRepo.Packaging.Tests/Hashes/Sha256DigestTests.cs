using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Packaging.Hashes;

namespace PyRepo.Packaging.Tests.Hashes;

public sealed class Sha256DigestTests
{
    [Fact]
    public void Bytes_and_digits_round_trip() => Prop.ForAll<byte[]>(data =>
    {
        var bytes = SHA256.HashData(data);
        var digest = Sha256Digest.FromBytes(bytes);
        var copy = new byte[Sha256Digest.ByteLength];
        digest.CopyTo(copy);
        var utf8 = new byte[Sha256Digest.HexLength];
        return copy.SequenceEqual(bytes)
            && digest == Sha256Digest.HashData(data)
            && digest.ToString() == Convert.ToHexStringLower(bytes)
            && digest.TryFormat(utf8, out var length) && length == utf8.Length
            && Encoding.ASCII.GetString(utf8) == digest.ToString()
            && digest.Prefix16 == digest.ToString()[..16]
            && Sha256Digest.TryParse(digest.ToString().ToUpperInvariant(), out var parsed) && parsed == digest;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85g")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    public void Text_without_64_hexadecimal_digits_is_rejected(string text) =>
        Assert.False(Sha256Digest.TryParse(text, out _));

    [Fact]
    public void Digests_are_ordered_like_their_digits() => Prop.ForAll<byte[], byte[]>((one, other) =>
    {
        var (left, right) = (Sha256Digest.HashData(one), Sha256Digest.HashData(other));
        return Math.Sign(left.CompareTo(right)) == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_destination_that_is_too_short_is_left_unchanged() =>
        Assert.False(Sha256Digest.HashData([]).TryFormat(new byte[63], out _));
}
