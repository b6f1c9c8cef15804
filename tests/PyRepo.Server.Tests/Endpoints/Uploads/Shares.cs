using PyRepo.Server.Endpoints.Uploads;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

/// <summary>The memory of an upload that nothing else needs.</summary>
static class Shares
{
    public static UploadShare Any() => From(new UploadMemory(1 << 30, TimeProvider.System), "alice").Result;

    public static Task<UploadShare> From(UploadMemory memory, string user) =>
        memory.EnterAsync(new UploadOwner("team", user), CancellationToken.None);
}
