using PyRepo.Server.Content.Records;

namespace PyRepo.Server.Tests.Content.Records;

public sealed class BlobIdTests
{
    static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 34, 56, 789, TimeSpan.Zero);

    [Fact]
    public void An_id_is_an_at_sign_and_26_characters_and_knows_its_time()
    {
        var id = BlobId.New(_now);
        Assert.Matches("^@[0-9a-hjkmnp-tv-z]{26}$", id.ToString());
        Assert.Equal(_now, id.Time);
    }

    [Fact]
    public void A_later_id_sorts_after_an_earlier_one()
    {
        var ids = Enumerable.Range(0, 200).Select(i => BlobId.New(_now.AddMilliseconds(i * i)).ToString()).ToList();
        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Ids_of_the_same_moment_differ() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => BlobId.New(_now)).Distinct().Count());

    [Fact]
    public void An_id_is_read_as_it_was_written()
    {
        var id = BlobId.New(_now);
        Assert.True(BlobId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("01234567890123456789012345a")]
    [InlineData("@0123456789012345678901234")]
    [InlineData("@012345678901234567890123456")]
    [InlineData("@0123456789ABCDEFGHJKMNPQRS")]
    [InlineData("@0123456789012345678901234u")]
    [InlineData("@zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("@7zzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Text_that_the_server_did_not_generate_is_not_an_id(string text) =>
        Assert.False(BlobId.TryParse(text, out _));
}
