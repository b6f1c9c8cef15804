using System.CommandLine;
using PyRepo.Release;
using PyRepo.Release.Provenance;
using PyRepo.Release.Signing;

var root = new Argument<DirectoryInfo>("root") { Description = "The source tree of the commit." };
root.AcceptExistingOnly();
var images = new Option<DirectoryInfo>("--images")
{
    Description = "The images: a folder for each architecture, as images/build.sh makes it.",
    Required = true,
};
images.AcceptExistingOnly();
var target = new Option<DirectoryInfo>("--out") { Description = "The folder to make.", Required = true };
var version = new Option<string>("--version-to-release") { Description = "The version.", Required = true };
var commit = new Option<string>("--commit") { Description = "The commit's hash.", Required = true };
var time = new Option<long>("--time") { Description = "The commit's time, in seconds since 1970.", Required = true };
var builder = new Option<string>("--builder")
{
    Description = "The URI of what runs the build, for the provenance.",
    Required = true,
};
var tools = new Option<string>("--tools")
{
    Description = "The compilers and linkers, for the provenance.",
    Required = true,
};
var inputs = new Option<FileInfo>("--inputs")
{
    Description = "A file that lists what came from elsewhere: URI, algorithm and digest on each line.",
    Required = true,
};
inputs.AcceptExistingOnly();
var key = new Option<FileInfo>("--key")
{
    Description = "A private key, ECDSA on P-256 as PEM. Its password, if it has one, is in COSIGN_PASSWORD.",
};
key.AcceptExistingOnly();
var command = new RootCommand("Makes a release of images that are built already.")
{
    root, images, target, version, commit, time, builder, tools, inputs, key,
};
command.SetAction(parsed =>
{
    try
    {
        var source = new ReleaseSource(
            parsed.GetRequiredValue(version), parsed.GetRequiredValue(commit),
            DateTimeOffset.FromUnixTimeSeconds(parsed.GetRequiredValue(time)), parsed.GetRequiredValue(builder),
            parsed.GetRequiredValue(tools), BuildInput.Read(parsed.GetRequiredValue(inputs).FullName));
        var signer = parsed.GetValue(key) is { } file
            ? SigningKey.Read(File.ReadAllText(file.FullName), Environment.GetEnvironmentVariable("COSIGN_PASSWORD"))
            : null;
        var options = new ReleaseOptions(
            parsed.GetRequiredValue(root).FullName, parsed.GetRequiredValue(images).FullName,
            parsed.GetRequiredValue(target).FullName);
        foreach (var remark in new ReleaseBuild(options, source, signer).Run())
            Console.WriteLine(remark);
        return 0;
    }
    catch (FormatException problem)
    {
        Console.Error.WriteLine($"pyrepo-release: {problem.Message}");
        return 1;
    }
});
return command.Parse(args).Invoke();
