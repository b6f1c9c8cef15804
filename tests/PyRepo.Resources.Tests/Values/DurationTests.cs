using FsCheck;
using FsCheck.Fluent;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Tests.Values;

public sealed class DurationTests
{
    [Theory]
    [InlineData("30s", 30, "30s")]
    [InlineData("5m", 300, "5m")]
    [InlineData("90m", 5400, "1h30m")]
    [InlineData("1h30m", 5400, "1h30m")]
    [InlineData("7d", 604800, "7d")]
    [InlineData("1w", 604800, "7d")]
    [InlineData("1w1d", 691200, "8d")]
    [InlineData("1500ms", 1.5, "1s500ms")]
    [InlineData("0s", 0, "0s")]
    [InlineData("24h", 86400, "1d")]
    public void A_duration_is_parsed_and_formatted_in_whole_units(string text, double seconds, string written)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration.Value);
        Assert.Equal(written, duration.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("5y")]
    [InlineData("5ms ")]
    [InlineData("99999999999999999999s")]
    [InlineData("9999999999999w")]
    [InlineData("3652500d1ms")]
    [InlineData("٣s")]
    public void Other_texts_are_not_durations(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void A_formatted_duration_parses_to_the_same_value() =>
        Prop.ForAll<long>(number =>
        {
            var duration = new Duration(TimeSpan.FromMilliseconds((number & long.MaxValue) % 315_000_000_000_000));
            return Duration.Parse(duration.ToString()) == duration;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Units_add_up_in_any_order() =>
        Prop.ForAll<byte, byte, byte>((days, minutes, seconds) =>
            Duration.Parse($"{days}d{minutes}m{seconds}s") == Duration.Parse($"{seconds}s{days}d{minutes}m")
            && Duration.Parse($"{days}d{minutes}m{seconds}s").Value == new TimeSpan(days, 0, minutes, seconds))
            .QuickCheckThrowOnFailure();
}
