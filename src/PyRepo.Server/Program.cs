using System.CommandLine;
using PyRepo.Server.Commands;

var root = new RootCommand("Private Python package repositories, from the resources that kubectl apply takes.")
{
    ServeCommand.Create(),
    CheckCommand.Create(),
    ImportCommand.Create(),
};
// Whoever serves drains for as long as --drain says; no other limit may cut that short.
return await root.Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromHours(1) });
