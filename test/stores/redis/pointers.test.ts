import { expect, it } from '@jest/globals'
import { makePointers } from '../../../src/stores/redis/artefacts/pointers.ts'
import { connectRedis } from '../../../src/stores/redis/connection/connect.ts'
import { makeServer } from '../../../src/stores/redis/connection/server.ts'
import { describeOnRedis } from './describe.ts'
import { aRedisFolder } from './servers.ts'

describeOnRedis('what a name leads to, on a Cluster', () => {
  it('is looked up once, and again when it is no longer there', async () => {
    const folder = await aRedisFolder()
    const { port } = await folder.server()
    const { clients } = await connectRedis({ url: `redis://127.0.0.1:${port}`, production: true, patience: 10_000 })
    let asked = 0
    const server = makeServer(clients.main, 10_000)
    const pointers = makePointers({
      ...server,
      goesAnywhere: false,
      run: (...command) => {
        asked += 1
        return server.run(...command)
      },
    })
    const askedFor = async () => {
      const before = asked
      const { target, value } = await pointers.follow('name', 'GET', found => typeof found === 'string')
      return { target, value, asked: asked - before }
    }
    try {
      await pointers.set('name', 'one', 60_000)
      await server.run('SET', 'one', 'first')
      expect(await askedFor()).toEqual({ target: 'one', value: 'first', asked: 2 })
      expect(await askedFor()).toEqual({ target: 'one', value: 'first', asked: 1 })
      await server.run('DEL', 'one')
      await server.run('SET', 'two', 'second')
      await pointers.set('name', 'two', 60_000)
      expect(await askedFor()).toEqual({ target: 'two', value: 'second', asked: 3 })
      await server.run('DEL', 'two', 'name')
      expect(await askedFor()).toEqual({ target: undefined, value: undefined, asked: 2 })
    } finally {
      clients.main.disconnect()
      await folder.close()
    }
  })
})
