using System.CommandLine;
using PyRepo.Operator.Commands;

var root = new RootCommand("Runs the private Python package repositories that a cluster declares.")
{
    RunCommand.Create(),
    StatusCommand.Create(),
};
return await root.Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
