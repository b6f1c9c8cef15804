using System.Text.Json;
using PyRepo.Server.Platform.Logging;

namespace PyRepo.Server.Tests.Platform.Logging;

public sealed class EscapingEncoderTests
{
    static readonly JsonSerializerOptions _options = new() { Encoder = new EscapingEncoder() };

    [Theory]
    [InlineData("It's <plain> & é 包 \"x\"", "\"It's <plain> & é 包 \\\"x\\\"\"")]
    [InlineData("\u001b[2J\r\n", "\"\\u001B[2J\\r\\n\"")]
    [InlineData("a\u202eb\u2066c\u2028d\u0085e\u007f", "\"a\\u202Eb\\u2066c\\u2028d\\u0085e\\u007F\"")]
    public void A_log_line_is_readable_and_contains_no_control_characters(string text, string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(text, _options));

    [Fact]
    public void Every_text_can_be_read_back()
    {
        var text = string.Concat(Enumerable.Range(0, 0xd800).Select(c => (char)c)) + "\U0001F40D";
        Assert.Equal(text, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text, _options)));
    }
}
