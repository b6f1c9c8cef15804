using FsCheck;
using FsCheck.Fluent;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Tests.Values;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("10Gi", 10L << 30, "10Gi")]
    [InlineData("1.5Gi", 1536L << 20, "1536Mi")]
    [InlineData("1177Mi", 1177L << 20, "1177Mi")]
    [InlineData("0.5Ki", 512, "512")]
    [InlineData("500M", 500_000_000, "500M")]
    [InlineData("1000M", 1_000_000_000, "1G")]
    [InlineData("2k", 2000, "2k")]
    [InlineData("1E", 1_000_000_000_000_000_000, "1E")]
    [InlineData("1e3", 1000, "1e3")]
    [InlineData("1E3", 1000, "1e3")]
    [InlineData("12e5", 1_200_000, "1200e3")]
    [InlineData("5", 5, "5")]
    [InlineData("+5", 5, "5")]
    [InlineData("5.", 5, "5")]
    [InlineData(".5", 1, "500m")]
    [InlineData("0", 0, "0")]
    [InlineData("0Gi", 0, "0")]
    [InlineData("100m", 1, "100m")]
    [InlineData("1500m", 2, "1500m")]
    [InlineData("2000m", 2, "2")]
    [InlineData("0.1Ki", 103, "102400m")]
    [InlineData("1n", 1, "1n")]
    [InlineData("0.1n", 1, "1n")]
    [InlineData("1e-20", 1, "1e-9")]
    [InlineData("9223372036854775807", long.MaxValue, "9223372036854775807")]
    [InlineData("7Ei", 7L << 60, "7Ei")]
    [InlineData("11E", long.MaxValue, "9223372036854775807")]
    [InlineData("1e999999999", long.MaxValue, "9223372036854775807")]
    public void A_quantity_has_bytes_and_a_canonical_form(string text, long bytes, string canonical)
    {
        Assert.True(Quantity.TryParse(text, out var quantity));
        Assert.Equal(bytes, quantity.Bytes);
        Assert.Equal(canonical, quantity.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("10GB")]
    [InlineData("10gi")]
    [InlineData("10K")]
    [InlineData("10 Gi")]
    [InlineData("-1")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e3Ki")]
    [InlineData(".")]
    [InlineData("1e99999999999999")]
    [InlineData("10Gi\n")]
    [InlineData("١Gi")]
    public void Other_texts_are_not_quantities(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Equal_amounts_are_equal_however_written()
    {
        Assert.Equal(Quantity.Parse("1Gi"), Quantity.Parse("1024Mi"));
        Assert.Equal(Quantity.Parse("1Gi").GetHashCode(), Quantity.Parse("1073741824").GetHashCode());
        Assert.True(Quantity.Parse("1G") < Quantity.Parse("1Gi"));
    }

    [Fact]
    public void A_formatted_quantity_parses_to_the_same_amount() =>
        Prop.ForAll<NonNegativeInt, PositiveInt, NonNegativeInt>((whole, fraction, suffix) =>
        {
            string[] suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e2", "e-3"];
            var text = $"{whole.Get % 1000}.{fraction.Get}{suffixes[suffix.Get % suffixes.Length]}";
            var quantity = Quantity.Parse(text);
            return Quantity.Parse(quantity.ToString()) == quantity
                && Quantity.Parse(quantity.ToString()).ToString() == quantity.ToString();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_survive_writing() =>
        Prop.ForAll<long>(number =>
        {
            var bytes = number & long.MaxValue;
            return Quantity.Parse(Quantity.FromBytes(bytes).ToString()).Bytes == bytes;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_the_parser_throw() =>
        Prop.ForAll<string>(text => text is null || Quantity.TryParse(text, out _) || true).QuickCheckThrowOnFailure();
}
