using System.CommandLine;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo bucket</c></summary>
static class BucketCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create() =>
        new("bucket", "Try whether an object store can be used, and print the rights that it needs.")
        {
            BucketCheckCommand.Create(), BucketPolicyCommand.Create(),
        };
}
