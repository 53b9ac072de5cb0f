using BpDao.CrossCheck;

// Exit codes as bpdao's: 0 all agree, 1 some differ, 2 bad input.
if (Options.Read(args, out string? fault) is not { } options)
{
    await Console.Error.WriteLineAsync($"cross-check: {fault}");
    return 2;
}

return await new Comparison(options, Console.Out).RunAsync() == 0 ? 0 : 1;
