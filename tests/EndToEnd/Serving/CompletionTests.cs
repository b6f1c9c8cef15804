namespace EndToEnd.Serving;

/// <summary>What real shells complete with the scripts that the program prints.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("pyrepo ",
        "bucket check completion copy delete erase import mirror policy promote recall restore-release retention serve status token unyank user verify "
            + "warm yank --help --version")]
    [InlineData("pyrepo se", "serve")]
    [InlineData(
        "pyrepo serve --",
        "--file --data --listen --tls-cert --tls-key --management --root --drain --trusted-proxy --help")]
    [InlineData("pyrepo serve -f a.yaml --lis", "--listen")]
    [InlineData("pyrepo serve -f ", "a file.yaml|folder|manifest.yaml")]
    [InlineData("pyrepo serve -f folder man", "manifest.yaml")]
    [InlineData("pyrepo check --file 'a f", "a file.yaml")]
    [InlineData("pyrepo serve --data ", "folder")]
    [InlineData("pyrepo serve --listen ", "")]
    [InlineData("pyrepo import ", "folder")]
    [InlineData("pyrepo import folder --in", "--into")]
    [InlineData("pyrepo copy --from fol", "folder")]
    [InlineData("pyrepo token re", "revoke")]
    [InlineData("pyrepo policy re", "replay")]
    [InlineData("pyrepo warm --index-url http://a fol", "folder")]
    [InlineData("pyrepo token create --ro", "--role")]
    [InlineData("pyrepo completion ", "bash fish zsh -h --help")]
    public async Task Bash_completes_commands_options_files_and_folders(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("manifest.yaml", "");
        folder.Write("a file.yaml", "");
        folder.Folder("folder");
        const string program = """
            source <("$0" completion bash)
            line=$1
            read -r -a COMP_WORDS <<< "${line//\'/}"
            case $line in *\'*) COMP_WORDS=("${COMP_WORDS[@]:0:3}" "${line##*\'}") ;; *' ') COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _pyrepo
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var run = new ProgramRun("bash", "--norc", "-c", program, PyRepoProgram.Path, line) { Folder = folder.Path };
        var result = (await run.RunAsync()).MustSucceed();
        Assert.Equal(
            expected.Split(expected.Contains('.', StringComparison.Ordinal) ? '|' : ' ',
                StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "-n")]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public async Task Each_shell_accepts_its_completion_script(string shell, string check)
    {
        var script = (await PyRepoProgram.RunAsync("completion", shell)).MustSucceed();
        script.MustSay("listen").MustSay("into");
        SkipWithout(shell);
        using var folder = new TemporaryFolder();
        (await new ProgramRun(shell, check, folder.Write("script", script.Output)).RunAsync()).MustSucceed();
    }

    [Fact]
    public async Task Fish_completes_commands_and_options()
    {
        SkipWithout("fish");
        const string program = "$argv[1] completion fish | source; complete -C 'pyrepo se'; "
            + "complete -C 'pyrepo serve --li'";
        (await new ProgramRun("fish", "--no-config", "-c", program, PyRepoProgram.Path).RunAsync()).MustSucceed()
            .MustSay("serve").MustSay("--listen");
    }

    [Fact]
    public async Task An_unknown_shell_is_a_usage_error() =>
        Assert.Equal(2, (await PyRepoProgram.RunAsync("completion", "csh")).MustSay("bash").ExitCode);

    static void SkipWithout(string shell) => Assert.SkipUnless(
        File.Exists($"/usr/bin/{shell}"), $"{shell} is missing: apt-get install {shell}.");
}
