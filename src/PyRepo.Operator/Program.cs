using System.CommandLine;
using PyRepo.Operator.Commands;
using PyRepo.Operator.Commands.Plugin;

var root = new RootCommand("Runs the private Python package repositories that a cluster declares.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
    PluginCommand.Create(),
};
return await PluginInvocation.From(Environment.GetCommandLineArgs()[0], args).RunAsync(root);
