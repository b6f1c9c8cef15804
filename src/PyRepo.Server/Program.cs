using PyRepo.Server.Commands;

return await PyRepoCommand.RunAsync(args);
