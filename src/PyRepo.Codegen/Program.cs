using System.CommandLine;
using PyRepo.Codegen;

var root = new Argument<DirectoryInfo>("root") { Description = "The folder that holds config/, charts/ and docs/." };
root.AcceptExistingOnly();
var check = new Option<bool>("--check") { Description = "Write nothing; exit status 1 if a file is not up to date." };
var command = new RootCommand("Writes the CRDs, the roles and the field reference.") { root, check };
command.SetAction(parsed => Run(parsed.GetRequiredValue(root).FullName, parsed.GetValue(check)));
return command.Parse(args).Invoke();

static int Run(string root, bool isCheck)
{
    var stale = GeneratedFiles.Stale(root);
    if (!isCheck)
        GeneratedFiles.Write(root);
    foreach (var file in stale)
        Console.WriteLine(isCheck ? $"{file} is not up to date: run ./dev generate" : file);
    return isCheck && !stale.IsEmpty ? 1 : 0;
}
