using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Tests.Endpoints.Files;

public sealed class TemporaryFileSenderTests
{
    const string First = "192.0.2.1", Second = "192.0.2.2";
    const int Part = (int)(ServerLimits.MaxTemporaryLengthOfAddress / 4);

    [Fact]
    public void Clients_of_one_address_hold_a_part_of_the_temporary_files_and_others_theirs()
    {
        TemporaryFile[] files = [.. Enumerable.Range(0, 4).Select(_ => GetFile(Part))];
        var small = GetFile(1);
        foreach (var file in files)
        {
            TemporaryFileSender.Hold(First, file);
            TemporaryFileSender.Hold(First, file); // The same one takes no more room.
        }
        Assert.Throws<OverloadedException>(() => TemporaryFileSender.Hold(First, small));
        TemporaryFileSender.Hold(Second, small);
        TemporaryFileSender.Release(First, files[0]);
        Assert.Throws<OverloadedException>(() => TemporaryFileSender.Hold(First, small));
        TemporaryFileSender.Release(First, files[0]);
        TemporaryFileSender.Hold(First, small);
    }

    static TemporaryFile GetFile(int length) => TemporaryFile.Create([new byte[length]], length);
}
