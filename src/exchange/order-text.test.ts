// The text of an order: decimal, percent-encoded, signed as sent.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { notional, price, quantity } from '../core/money.ts';
import { listParameters, orderParameters, signed } from './order-text.ts';
import { createSigner } from './signer.ts';
import { orderRequest } from './testing/gateway-bench.ts';

const options = {
  timestampMs: 1_767_225_600_000,
  recvWindowMs: 5_000,
  selfTradePreventionMode: 'EXPIRE_MAKER',
};
const tail =
  '&newOrderRespType=FULL&selfTradePreventionMode=EXPIRE_MAKER&recvWindow=5000&timestamp=1767225600000';

describe('the text of an order', () => {
  it.each([
    [
      'a market buy by quote amount',
      { quantity: null, quoteQuantity: notional('25') },
      `symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=25&newClientOrderId=g-1${tail}`,
    ],
    [
      'a limit order',
      { type: 'LIMIT', timeInForce: 'IOC', price: price('64000.10'), side: 'SELL' } as const,
      `symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=IOC&quantity=0.0004&price=64000.1&newClientOrderId=g-1${tail}`,
    ],
    [
      'a stop',
      { type: 'STOP_LOSS', side: 'SELL', stopPrice: price('62720') } as const,
      `symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=0.0004&stopPrice=62720&newClientOrderId=g-1${tail}`,
    ],
    [
      'the smallest amounts, without an exponent [5]',
      {
        quantity: quantity('0.00000001'),
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: price('0.00000001'),
      } as const,
      `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.00000001&price=0.00000001&newClientOrderId=g-1${tail}`,
    ],
  ])('is plain for %s', (_name, changes, text) => {
    expect(orderParameters(orderRequest(changes), options)).toBe(text);
  });

  it('of a stop and a target that cancel each other names both legs', () => {
    const list = {
      listClientOrderId: 'g-l',
      symbol: 'BTCUSDT',
      quantity: quantity('0.0004'),
      stop: { clientOrderId: 'g-s', stopPrice: price('62720') },
      target: { clientOrderId: 'g-t', price: price('66000.50') },
    };
    expect(listParameters(list, options)).toBe(
      'symbol=BTCUSDT&side=SELL&quantity=0.0004&aboveType=LIMIT_MAKER&abovePrice=66000.5&aboveClientOrderId=g-t' +
        `&belowType=STOP_LOSS&belowStopPrice=62720&belowClientOrderId=g-s&listClientOrderId=g-l${tail}`,
    );
  });

  it('percent-encodes a symbol that is not ASCII before it is signed [4]', () => {
    const text = signed(
      orderParameters(orderRequest({ symbol: '币安人生USDT' }), options),
      createSigner('secret'),
    );
    expect(text).toMatch(/^symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&/);
    const [parameters, signature] = text.split('&signature=');
    expect(
      createHmac('sha256', 'secret')
        .update(parameters ?? '')
        .digest('hex'),
    ).toBe(signature);
  });

  it('takes exactly one of quantity and quote quantity', () => {
    expect(() => orderParameters(orderRequest({ quoteQuantity: notional('25') }), options)).toThrow(
      'exactly one',
    );
    expect(() => orderParameters(orderRequest({ quantity: null }), options)).toThrow('exactly one');
  });
});
