using System.Threading.Channels;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Does the slow work, one thing after the other, and posts what came of it: executing, building and writing blocks must not keep
/// the engine from counting votes.</summary>
internal sealed class ChainWorker(IBlockImporter importer, EngineInbox inbox)
{
    private readonly Channel<Action<CancellationToken>> _jobs =
        Channel.CreateUnbounded<Action<CancellationToken>>(new UnboundedChannelOptions { SingleReader = true });

    public void Judge(Block block) => Add(cancellationToken =>
    {
        BlockVerdict verdict = importer.Judge(block, cancellationToken);
        inbox.Post(new BlockJudged(block.Hash, JudgementOf(verdict, block.Header), (byte)verdict.Error, verdict.ToString()));
    });

    /// <summary>The chain announces success itself.</summary>
    public void Commit(Block block, Certificate certificate) => Add(cancellationToken =>
    {
        BlockVerdict verdict = importer.Commit(block, CertificateCodec.Encode(certificate), verifyCertificate: false, cancellationToken);
        if (!verdict.IsValid) inbox.Post(new CommitRefused(block.Number, block.Hash, JudgementOf(verdict, block.Header), verdict.ToString()));
    });

    public void Add(Action<CancellationToken> job) => _jobs.Writer.TryWrite(job);

    /// <summary>An exception is our bug or our disk; it ends the engine.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (Action<CancellationToken> job in _jobs.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) job(cancellationToken);
    }

    /// <summary>Only what follows from the parent's state and the header's own block counts against it (protocol rule 4.3).</summary>
    public static Judgement JudgementOf(BlockVerdict verdict, BlockHeader header)
    {
        if (verdict.IsValid) return Judgement.Valid;
        if (verdict.IsTransient || verdict.Error == BlockError.BehindFinality) return Judgement.Silent;
        bool isAboutTheBody = verdict.Error is BlockError.InvalidTransactionsRoot or BlockError.InvalidWithdrawalsRoot
            || (verdict.Error == BlockError.InvalidOmmers && header.OmmersHash == BlockHeader.EmptyOmmersHash);
        return isAboutTheBody ? Judgement.WrongBody : Judgement.Invalid;
    }
}
