using System.Text.Json;
using PyRepo.Resources.Storage;

namespace PyRepo.Resources.Tests.Values;

public sealed class BackupRequestTests
{
    [Theory]
    [InlineData(0, 11)]
    [InlineData(255, 255)]
    [InlineData(256, 256)]
    public void A_long_request_is_the_same_one_after_JSON(int letters, int length)
    {
        var request = BackupRequest.From($"{new string('a', letters)}\ud83d\ude00 and more")!;
        Assert.Equal(length, request.Length);
        Assert.Equal(request, JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(request)));
    }

    [Fact]
    public void Without_a_value_there_is_no_request() => Assert.Null(BackupRequest.From(null));
}
