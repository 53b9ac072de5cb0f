using BpDao.Blockchain;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Synchronization;
using Microsoft.Extensions.DependencyInjection;

namespace BpDao.Node.Commands.Bench.Validators;

/// <summary>Counts from its making on.</summary>
internal sealed class ValidatorCosts
{
    private readonly IReadOnlyList<Startup> _nodes;
    private readonly BpDaoProtocol[] _wires;
    private readonly ulong _first;
    private readonly long _messages, _bytes;
    private readonly TimeSpan _cpu;
    private long _wholeBlocks;

    public ValidatorCosts(IReadOnlyList<Startup> nodes)
    {
        _nodes = nodes;
        _wires = [.. nodes.Select(n => n.Services.GetRequiredService<BpDaoProtocol>())];
        _first = Chain.Head.Number + 1;
        (_messages, _bytes, _cpu) = (_wires.Sum(w => w.ReceivedMessages), _wires.Sum(w => w.ReceivedBytes), BenchClock.Cpu.Now());
        foreach (BpDaoProtocol wire in _wires) wire.Received += (_, message) => Count(message);
    }

    private BlockTree Chain => _nodes[0].Chain;

    public ValidatorRow RowOf(int blocks)
    {
        double each = (double)_nodes.Count * blocks;
        TimeSpan cpu = BenchClock.Cpu.Now() - _cpu;
        ISpecProvider specs = _nodes[0].Services.GetRequiredService<ISpecProvider>();
        List<double> system = [], intrinsic = [], plain = [], lengths = [];
        ulong failed = 0;
        for (ulong number = _first; number < _first + (ulong)blocks; number++)
        {
            Block block = Chain.BlockByNumber(number)!;
            ulong gas = Chain.ReceiptsOf(block.Hash)![0].GasUsed, before = IntrinsicGas.Of(block.Transactions[0], specs.GetSpec(block.Header)).Standard;
            system.Add(gas);
            intrinsic.Add(before);
            if (IsPlain(block)) plain.Add(gas - before);
            lengths.Add(BlockCodec.Encode(block).Length);
            failed += RoundOf(number);
        }

        return new ValidatorRow
        {
            Validators = _nodes.Count,
            Blocks = blocks,
            FailedRounds = failed,
            BlockBytes = (long)Spread.Of(lengths).Median,
            Messages = (_wires.Sum(w => w.ReceivedMessages) - _messages) / each,
            Bytes = (_wires.Sum(w => w.ReceivedBytes) - _bytes) / each,
            WholeBlocks = Interlocked.Read(ref _wholeBlocks) / each,
            Cpu = cpu / each,
            SystemGas = Spread.Of(system),
            IntrinsicGas = Spread.Of(intrinsic),
            PlainGas = plain.Count == 0 ? null : Spread.Of(plain),
        };
    }

    /// <summary>Its payload has the parent's certificate and the reveal, and no items, which cost what they cost whatever the bench.</summary>
    private static bool IsPlain(Block block) =>
        PorRules.TryReadPayload(block, out _, out BlockPayload? payload) && payload!.EpochRecord is null && payload.Timeout is null && payload.NextTip is null
        && payload.Against.Count + payload.Late.Count + payload.Rejections.Count + payload.Evidence.Count == 0
        && payload.SaltCommits.Count + payload.SaltReveals.Count + payload.Ready.Count == 0;

    /// <summary>Rounds that failed before the block's own.</summary>
    private ulong RoundOf(ulong number) =>
        CertificateCodec.TryDecode(Chain.CertificateByNumber(number)!, out Certificate? certificate)
            ? certificate.Round : throw new InvalidDataException($"The certificate of block {number} is unreadable.");

    private void Count(ReadOnlyMemory<byte> message)
    {
        if (BpDaoMessage.CodeOf(message.Span) is BpDaoMessage.Proposal or BpDaoMessage.Block or BpDaoMessage.CertifiedBlock) Interlocked.Add(ref _wholeBlocks, message.Length);
    }
}
