using System.CommandLine;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo bucket policy</c></summary>
static class BucketPolicyCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The bucket." };
        var prefix = BucketOptions.Prefix();
        var create = new Option<bool>("--create")
        {
            Description = "Add the rights to create the bucket, and to delete it with the repository.",
        };
        var inspect = new Option<bool>("--inspect")
        {
            Description = "Add the rights to see lifecycle rules, versioning and Object Lock, of which the server and "
                + "'pyrepo bucket check' warn.",
        };
        var command = new Command(
            "policy", "Print the smallest policy for the key of a bucket of S3, as AWS and MinIO take it.")
        {
            name, prefix, create, inspect,
        };
        command.SetAction(parsed =>
        {
            var bucket = new BucketArguments
            {
                Name = parsed.GetRequiredValue(name),
                Prefix = parsed.GetValue(prefix),
                Endpoints = [],
                Region = "us-east-1",
            };
            if (!bucket.Check(Console.Error))
                return UsageErrors.ExitStatus;
            Console.Out.WriteLine(BucketPolicy.Create(
                bucket.Name, bucket.Prefix, parsed.GetValue(create), parsed.GetValue(inspect)).ToText());
            return 0;
        });
        return command;
    }
}
