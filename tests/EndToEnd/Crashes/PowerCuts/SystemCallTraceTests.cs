namespace EndToEnd.Crashes.PowerCuts;

public sealed class SystemCallTraceTests
{
    [Fact]
    public void A_descriptor_that_another_thread_gets_before_its_close_returns_stays_open()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("trace", """
            1 openat(AT_FDCWD, "\x2f\x61", O_RDONLY) = 7
            1 close(7 <unfinished ...>
            2 openat(AT_FDCWD, "\x2f\x62", O_RDONLY) = 7
            1 <... close resumed>)              = 0
            2 fsync(7 <unfinished ...>
            1 close(8)                          = 0
            2 <... fsync resumed>)              = 0
            2 +++ exited with 0 +++

            """);
        Assert.Equal(
            ["openat", "close 7", "openat", "close 8", "fsync 7"],
            SystemCallTrace.Read(file).Select(call =>
                call.Name == "openat" ? call.Name : $"{call.Name} {call.Descriptor}"));
    }
}
